// Each answer is evicted by its own timer; the timers and the resolver share the map.
// want CT1001 CT1002 CT1007
package main

import (
	"fmt"
	"time"
)

type answer struct{ addresses []string }

type resolver struct {
	cached map[string]answer
	lookup func(name string) answer
}

func (r *resolver) resolve(name string) answer {
	if a, ok := r.cached[name]; ok { // race: read
		return a
	}
	a := r.lookup(name)
	r.cached[name] = a // race: write
	time.AfterFunc(time.Millisecond, func() {
		delete(r.cached, name) // race: write
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
