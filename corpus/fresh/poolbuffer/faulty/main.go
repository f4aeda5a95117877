// The encoder puts the buffer back in the sync.Pool before the caller has read the bytes that alias it.
// want race

package main

import (
	"fmt"
	"strconv"
	"sync"
)

type event struct {
	id   int
	kind string
}

type line struct{ b []byte }

var lines = sync.Pool{New: func() any { return &line{b: make([]byte, 0, 128)} }}

func encode(e event) []byte {
	l := lines.Get().(*line)
	defer lines.Put(l)
	b := append(l.b[:0], `{"id":`...)         // race: write
	b = strconv.AppendInt(b, int64(e.id), 10) // race: write
	b = append(b, `,"kind":`...)              // race: write
	b = strconv.AppendQuote(b, e.kind)        // race: write
	l.b = append(b, '}')                      // race: write
	return l.b
}

type sink struct {
	mu  sync.Mutex
	sum map[int]uint32
}

func checksum(b []byte) (h uint32) {
	h = 2166136261
	for _, c := range b { // race: read
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

func (s *sink) ship(e event) {
	raw := encode(e)
	h := checksum(raw)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sum[e.id] = h
}

func main() {
	s := &sink{sum: map[int]uint32{}}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 2000 {
				s.ship(event{id: w*10000 + i, kind: "page.view"})
			}
		}()
	}
	wg.Wait()
	fmt.Println("shipped", len(s.sum))
}
