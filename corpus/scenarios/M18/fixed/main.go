// A handler writes a shared map under its lock.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
)

var (
	mu     sync.Mutex
	visits = map[string]int{}
)

func visit(w http.ResponseWriter, r *http.Request) {
	mu.Lock()
	visits[r.URL.Path]++
	mu.Unlock()
	fmt.Fprintln(w, "welcome")
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(visit))
	defer server.Close()
	var clients sync.WaitGroup
	for i := 0; i < 6; i++ {
		clients.Add(1)
		go func(i int) {
			defer clients.Done()
			for n := 0; n < 50; n++ {
				response, err := http.Get(fmt.Sprint(server.URL, "/", i))
				if err == nil {
					response.Body.Close()
				}
			}
		}(i)
	}
	clients.Wait()
	fmt.Println(len(visits))
}
