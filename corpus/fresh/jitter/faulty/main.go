// The clients share one seeded rand.Rand, which is not safe for use by several goroutines, to jitter their backoff.
// want race

package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

var errBusy = errors.New("queue is busy")

type client struct {
	id   int
	back *Backoff
}

func (c client) push(fail int) (waited time.Duration, err error) {
	for try := range 6 {
		if try >= fail {
			return waited, nil
		}
		waited += c.back.Delay(try)
	}
	return waited, errBusy
}

func main() {
	b := NewBackoff(time.Millisecond, time.Second, 11)
	var wg sync.WaitGroup
	for id := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c := client{id, b}
			for i := range 100 {
				if _, err := c.push(i % 8); err != nil && !errors.Is(err, errBusy) {
					fmt.Println(err)
				}
			}
		}()
	}
	wg.Wait()
	fmt.Println("all pushed")
}
