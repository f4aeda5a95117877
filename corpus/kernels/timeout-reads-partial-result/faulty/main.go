// On a timeout the caller returns what the goroutine is just writing.
// want CT1102
package main

import "time"

type page struct {
	title string
	links []string
}

func crawl(slow time.Duration) page {
	time.Sleep(slow)
	return page{"home", []string{"/about"}}
}

func fetch(slow, limit time.Duration) (page, bool) {
	var p page
	done := make(chan struct{})
	go func() {
		p = crawl(slow) // race: write
		close(done)
	}()
	select {
	case <-done:
		return p, true
	case <-time.After(limit):
		return p, p.title != "" // race: read
	}
}

func main() {
	for range 20 {
		fetch(2*time.Millisecond, 2*time.Millisecond)
	}
	time.Sleep(10 * time.Millisecond)
}
