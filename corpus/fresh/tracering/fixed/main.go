// Dump holds the mutex for the whole walk.

package main

import (
	"fmt"
	"sync"
	"time"
)

type Span struct {
	Name string
	Dur  time.Duration
}

type Ring struct {
	mu    sync.Mutex
	slots [16]Span
	head  uint64
}

func (r *Ring) Push(s Span) {
	r.mu.Lock()
	r.slots[r.head%16] = s
	r.head++
	r.mu.Unlock()
}

func (r *Ring) at(i uint64) Span {
	return r.slots[i%16]
}

// Dump returns the spans still in the ring, oldest first.
func (r *Ring) Dump() []Span {
	r.mu.Lock()
	defer r.mu.Unlock()
	end := r.head
	start := uint64(0)
	if end > 16 {
		start = end - 16
	}
	out := make([]Span, 0, end-start)
	for i := start; i < end; i++ {
		out = append(out, r.at(i))
	}
	return out
}

type Tracer struct{ ring *Ring }

func (t Tracer) Trace(name string, fn func()) {
	begin := time.Now()
	fn()
	t.ring.Push(Span{Name: name, Dur: time.Since(begin)})
}

func main() {
	tr := Tracer{ring: new(Ring)}
	var wg sync.WaitGroup
	work := func(name string) {
		defer wg.Done()
		for range 200 {
			tr.Trace(name, func() {})
		}
	}
	wg.Add(2)
	go work("db.query")
	go work("http.get")
	longest := 0
	for range 100 {
		longest = max(longest, len(tr.ring.Dump()))
		time.Sleep(time.Microsecond)
	}
	wg.Wait()
	fmt.Println(longest <= 16)
}
