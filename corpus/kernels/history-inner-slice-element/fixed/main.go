// The slice of one key's samples is taken under the lock and written into without it.
package main

import "sync"

const window = 8

type history struct {
	lock    sync.Mutex
	samples map[string][]float64
}

func (h *history) ring(series string) []float64 {
	h.lock.Lock()
	defer h.lock.Unlock()
	ring, ok := h.samples[series]
	if !ok {
		ring = make([]float64, window)
		h.samples[series] = ring
	}
	return ring
}

func (h *history) put(series string, at int, value float64) {
	ring := h.ring(series)
	h.lock.Lock()
	defer h.lock.Unlock()
	ring[at%window] = value
}

func (h *history) average(series string) (sum float64) {
	ring := h.ring(series)
	h.lock.Lock()
	defer h.lock.Unlock()
	for _, value := range ring {
		sum += value
	}
	return sum / window
}

func main() {
	h := &history{samples: map[string][]float64{}}
	feed := make(chan float64)
	stored := make(chan struct{})
	go func() {
		at := 0
		for value := range feed {
			h.put("temp", at, value)
			at++
		}
		close(stored)
	}()
	for i := range 50 {
		feed <- float64(i)
		h.average("temp")
	}
	close(feed)
	<-stored
}
