// After a recovered panic between Lock and Unlock every request waits for ever.
package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

type stock struct {
	mu    sync.Mutex
	count map[string][]int
}

func (s *stock) take(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	left := s.count[r.URL.Query().Get("item")]
	left[0]--
	s.mu.Unlock()
}

func main() {
	s := &stock{count: map[string][]int{"a": {3}}}
	server := httptest.NewServer(http.HandlerFunc(s.take))
	http.Get(server.URL + "?item=b")
	for i := 0; i < 4; i++ {
		go http.Get(server.URL + "?item=a")
	}
	time.Sleep(time.Minute)
}
