// A chat hub closes the channel of a client that leaves while a broadcast is under way.
package main

import (
	"fmt"
	"log"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

type client struct{ send chan string }

type hub struct {
	mu      sync.Mutex
	clients map[*client]bool
}

func (h *hub) broadcast(text string) {
	h.mu.Lock()
	all := make([]*client, 0, len(h.clients))
	for c := range h.clients {
		all = append(all, c)
	}
	h.mu.Unlock()
	for _, c := range all {
		select {
		case c.send <- text:
		default:
		}
	}
}

func (h *hub) leave(c *client) {
	h.mu.Lock()
	delete(h.clients, c)
	h.mu.Unlock()
	close(c.send)
}

func (h *hub) join() *client {
	c := &client{send: make(chan string, 4)}
	h.mu.Lock()
	h.clients[c] = true
	h.mu.Unlock()
	return c
}

func main() {
	h := &hub{clients: map[*client]bool{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.broadcast(r.URL.RawQuery)
	}))
	for i := 0; i < 8; i++ {
		go func() {
			for {
				c := h.join()
				time.Sleep(time.Duration(rand.Intn(50)) * time.Microsecond)
				h.leave(c)
			}
		}()
	}
	end := time.After(4 * time.Second)
	for {
		select {
		case <-end:
			log.Fatal("load generator: too many failed requests")
		default:
		}
		res, err := http.Get(server.URL + "?hello")
		if err != nil {
			continue
		}
		fmt.Fprint(w{}, res.Status)
		res.Body.Close()
	}
}

type w struct{}

func (w) Write(p []byte) (int, error) { return len(p), nil }
