// The iterator takes a copy of the map under the lock and walks the copy.

package main

import (
	"fmt"
	"time"
)

func resolve(r *Registry, zone int) (addrs []string) {
	for _, in := range r.InZone(zone) {
		addrs = append(addrs, in.Addr)
		if len(addrs) == 3 {
			break
		}
	}
	return addrs
}

func main() {
	r := &Registry{}
	r.Beat(Instance{"seed", "10.1.0.1:9000", 0})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 300 {
			r.Beat(Instance{fmt.Sprintf("i-%d", i%40), fmt.Sprintf("10.1.0.%d:9000", i%40), i % 3})
			if i%10 == 0 {
				time.Sleep(10 * time.Microsecond)
			}
		}
	}()
	for i := range 100 {
		resolve(r, i%3)
		time.Sleep(5 * time.Microsecond)
	}
	<-done
	fmt.Println(len(resolve(r, 0)), len(r.snapshot()))
}
