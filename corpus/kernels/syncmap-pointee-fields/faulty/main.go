// Values of a sync.Map are pointers; what they point to has no protection of its own.
// want CT1008 CT1105 CT1102
package main

import "sync"

type upload struct {
	bytes int64
	parts int
}

type tracker struct{ uploads sync.Map }

func (t *tracker) chunk(id string, n int64) {
	value, _ := t.uploads.LoadOrStore(id, new(upload))
	u := value.(*upload)
	u.bytes += n // race: write
	u.parts++    // race: write parts
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
