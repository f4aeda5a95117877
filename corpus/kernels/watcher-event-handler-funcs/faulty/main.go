// An informer calls its handlers from its own goroutine; Keys reads what they wrote.
// want CT1002 CT1003
package main

import "sync"

type handlers struct {
	OnAdd    func(key string)
	OnDelete func(key string)
}

type informer struct {
	handlers []handlers
	events   chan string
}

func (i *informer) AddHandlers(h handlers) { i.handlers = append(i.handlers, h) }

func (i *informer) Run(stopped chan<- struct{}) {
	defer close(stopped)
	for key := range i.events {
		for _, h := range i.handlers {
			if key[0] == '-' {
				h.OnDelete(key[1:])
			} else {
				h.OnAdd(key)
			}
		}
	}
}

type index struct {
	mu   sync.RWMutex
	keys map[string]struct{}
}

func (x *index) attach(i *informer) {
	i.AddHandlers(handlers{
		OnAdd: func(key string) {
			x.mu.Lock()
			defer x.mu.Unlock()
			x.keys[key] = struct{}{} // race: write
		},
		OnDelete: func(key string) {
			x.mu.Lock()
			delete(x.keys, key) // race: write
			x.mu.Unlock()
		},
	})
}

func (x *index) Has(key string) bool {
	_, ok := x.keys[key] // race: read
	return ok
}

func main() {
	i := &informer{events: make(chan string)}
	x := &index{keys: map[string]struct{}{}}
	x.attach(i)
	stopped := make(chan struct{})
	go i.Run(stopped)
	for range 50 {
		i.events <- "pod-a"
		x.Has("pod-a")
		i.events <- "-pod-a"
		x.Has("pod-b")
	}
	close(i.events)
	<-stopped
}
