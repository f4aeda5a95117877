// The counter is added to atomically, but the reporter resets it with an assignment.
// want CT1107
package main

import (
	"sync"
	"sync/atomic"
)

type traffic struct {
	name string
	sent uint64
}

func (t *traffic) Write(p []byte) (int, error) {
	atomic.AddUint64(&t.sent, uint64(len(p))) // race: write
	return len(p), nil
}

func (t *traffic) report() uint64 {
	sent := atomic.LoadUint64(&t.sent)
	t.sent = 0 // race: write
	return sent
}

func main() {
	t := &traffic{name: "eth0"}
	var writers sync.WaitGroup
	for range 2 {
		writers.Add(1)
		go func() {
			defer writers.Done()
			for range 200 {
				t.Write([]byte("packet"))
			}
		}()
	}
	total := uint64(0)
	for range 50 {
		total += t.report()
	}
	writers.Wait()
	println(total > 0)
}
