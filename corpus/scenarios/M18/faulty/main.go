// A handler writes a shared map; the recover middleware around it does not help.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
)

var visits = map[string]int{}

func visit(w http.ResponseWriter, r *http.Request) {
	for n := 0; n < 2000; n++ {
		visits[r.URL.Path]++ // fault: write
	}
	fmt.Fprintln(w, "welcome")
}

func recovered(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				http.Error(w, "sorry", http.StatusInternalServerError)
			}
		}()
		next(w, r)
	}
}

func main() {
	server := httptest.NewServer(recovered(visit))
	for i := 0; i < 6; i++ {
		go func(i int) {
			for {
				response, err := http.Get(fmt.Sprint(server.URL, "/", i))
				if err == nil {
					response.Body.Close()
				}
			}
		}(i)
	}
	select {}
}
