// A callback that the poller runs writes the status that the caller reads.
package main

import "sync"

type poller struct{ wg sync.WaitGroup }

func (p *poller) onChange(notify func(status string)) {
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		for _, status := range []string{"starting", "ready"} {
			notify(status)
		}
	}()
}

func main() {
	var p poller
	status := "unknown"
	var mu sync.Mutex
	p.onChange(func(s string) {
		mu.Lock()
		defer mu.Unlock()
		status = s
	})
	mu.Lock()
	println(len(status))
	mu.Unlock()
	p.wg.Wait()
}
