// Two accounts are locked in two orders behind an HTTP server, so the runtime never says that all
// are asleep: other pages still answer.
package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) transfer(to *account, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	time.Sleep(time.Millisecond)
	to.deposit(n) // fault: holds
}

func (a *account) deposit(n int) {
	a.mu.Lock() // fault: waits
	defer a.mu.Unlock()
	a.balance += n
}

func main() {
	x, y := &account{}, &account{}
	mux := http.NewServeMux()
	mux.HandleFunc("/xy", func(w http.ResponseWriter, r *http.Request) { x.transfer(y, 1) })
	mux.HandleFunc("/yx", func(w http.ResponseWriter, r *http.Request) { y.transfer(x, 1) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {})
	s := httptest.NewServer(mux)
	for i := 0; i < 3; i++ {
		for _, p := range []string{"/xy", "/yx", "/"} {
			go func(p string) {
				for {
					if a, err := http.Get(s.URL + p); err == nil {
						a.Body.Close()
					}
					time.Sleep(time.Millisecond)
				}
			}(p)
		}
	}
	select {}
}
