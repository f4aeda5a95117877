// The current settings are an atomic.Pointer.

package main

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
)

type Settings struct {
	Upstream string
	MaxBody  int
	Deny     []string
}

var current atomic.Pointer[Settings]

func parse(src string) *Settings {
	s := &Settings{MaxBody: 1 << 20}
	for _, ln := range strings.Split(src, "\n") {
		k, v, ok := strings.Cut(ln, "=")
		if !ok {
			continue
		}
		switch strings.TrimSpace(k) {
		case "upstream":
			s.Upstream = strings.TrimSpace(v)
		case "deny":
			s.Deny = strings.Fields(v)
		}
	}
	return s
}

// watch applies each new file body that arrives until the channel is closed.
func watch(bodies <-chan string, done chan<- struct{}) {
	defer close(done)
	for b := range bodies {
		next := parse(b)
		if next.Upstream == "" {
			continue
		}
		current.Store(next)
	}
}

func allowed(path string) bool {
	for _, p := range current.Load().Deny {
		if strings.HasPrefix(path, p) {
			return false
		}
	}
	return true
}

func main() {
	current.Store(parse("upstream=10.0.0.1:80\ndeny=/admin"))
	bodies, done := make(chan string), make(chan struct{})
	go watch(bodies, done)
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 300 {
				allowed("/admin/users")
			}
		}()
	}
	for i := range 50 {
		bodies <- fmt.Sprintf("upstream=10.0.0.%d:80\ndeny=/admin /debug", i)
	}
	close(bodies)
	<-done
	wg.Wait()
	fmt.Println(allowed("/debug/pprof"))
}
