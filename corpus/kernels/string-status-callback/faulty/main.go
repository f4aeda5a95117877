// A callback that the poller runs writes the status that the caller reads.
// want CT1102 CT1112
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
	p.onChange(func(s string) {
		status = s // race: write
	})
	println(len(status)) // race: read
	p.wg.Wait()
}
