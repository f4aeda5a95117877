// On a timeout the caller returns what the goroutine is just writing.
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
	done := make(chan page, 1)
	go func() { done <- crawl(slow) }()
	select {
	case p := <-done:
		return p, true
	case <-time.After(limit):
		return page{}, false
	}
}

func main() {
	for range 20 {
		fetch(2*time.Millisecond, 2*time.Millisecond)
	}
	time.Sleep(10 * time.Millisecond)
}
