// Each answer is evicted by its own timer; the timers and the resolver share the map.
package main

import (
	"fmt"
	"sync"
	"time"
)

type answer struct{ addresses []string }

type resolver struct {
	mu     sync.Mutex
	cached map[string]answer
	lookup func(name string) answer
}

func (r *resolver) resolve(name string) answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a, ok := r.cached[name]; ok {
		return a
	}
	a := r.lookup(name)
	r.cached[name] = a
	time.AfterFunc(time.Millisecond, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.cached, name)
	})
	return a
}

func main() {
	r := &resolver{cached: map[string]answer{}}
	r.lookup = func(string) answer { return answer{[]string{"192.0.2.1"}} }
	deadline := time.Now().Add(50 * time.Millisecond)
	for i := 0; time.Now().Before(deadline); i++ {
		r.resolve(fmt.Sprint("host", i%5))
		time.Sleep(100 * time.Microsecond)
	}
	time.Sleep(10 * time.Millisecond)
}
