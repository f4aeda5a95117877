// Values of a sync.Map are pointers; what they point to has no protection of its own.
package main

import "sync"

type upload struct {
	mu    sync.Mutex
	bytes int64
	parts int
}

func (u *upload) add(n int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.bytes += n
	u.parts++
}

type tracker struct{ uploads sync.Map }

func (t *tracker) chunk(id string, n int64) {
	value, _ := t.uploads.LoadOrStore(id, new(upload))
	u := value.(*upload)
	u.add(n)
}

func main() {
	var t tracker
	var streams sync.WaitGroup
	for range 6 {
		streams.Go(func() {
			for range 10 {
				t.chunk("movie.mkv", 4096)
			}
		})
	}
	streams.Wait()
}
