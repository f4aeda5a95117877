// The account with the lower number is locked first, whichever way the money goes.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
)

type account struct {
	mu      sync.Mutex
	number  int
	balance int
}

func transfer(from, to *account, n int) {
	first, second := from, to
	if second.number < first.number {
		first, second = second, first
	}
	first.mu.Lock()
	defer first.mu.Unlock()
	second.mu.Lock()
	defer second.mu.Unlock()
	from.balance -= n
	to.balance += n
}

func main() {
	x, y := &account{number: 1}, &account{number: 2}
	mux := http.NewServeMux()
	mux.HandleFunc("/xy", func(w http.ResponseWriter, r *http.Request) { transfer(x, y, 1) })
	mux.HandleFunc("/yx", func(w http.ResponseWriter, r *http.Request) { transfer(y, x, 1) })
	s := httptest.NewServer(mux)
	defer s.Close()
	var wg sync.WaitGroup
	for i := 0; i < 6; i++ {
		for _, page := range []string{"/xy", "/yx"} {
			wg.Add(1)
			go func(page string) {
				defer wg.Done()
				for n := 0; n < 50; n++ {
					if answer, err := http.Get(s.URL + page); err == nil {
						answer.Body.Close()
					}
				}
			}(page)
		}
	}
	wg.Wait()
	fmt.Println(x.balance + y.balance)
}
