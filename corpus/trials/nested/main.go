// Hits of each tenant and page; the inner map is taken out and used without the lock.
package main

import (
	"strconv"
	"sync"
)

type hits struct {
	mu sync.Mutex
	by map[string]map[string]int
}

func (h *hits) tenant(name string) map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	pages, ok := h.by[name]
	if !ok {
		pages = make(map[string]int)
		h.by[name] = pages
	}
	return pages
}

func (h *hits) hit(name, page string) {
	pages := h.tenant(name)
	pages[page]++
}

func (h *hits) total(name string) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, count := range h.by[name] {
		n += count
	}
	return n
}

func main() {
	h := &hits{by: make(map[string]map[string]int)}
	for i := 0; i < 4; i++ {
		go func() {
			for n := 0; ; n++ {
				h.hit("acme", strconv.Itoa(n%1000))
			}
		}()
	}
	for {
		h.total("acme")
	}
}
