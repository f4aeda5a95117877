// A report walks a map while the collector of metrics fills it; both hold the lock.
package main

import (
	"fmt"
	"sync"
)

type metrics struct {
	mu     sync.Mutex
	values map[int]int
}

func (m *metrics) report() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	sum := 0
	for _, v := range m.values {
		sum += v
	}
	return sum
}

func (m *metrics) collect(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values[n%5000] = n
}

func main() {
	m := &metrics{values: map[int]int{}}
	done := make(chan struct{})
	go func() {
		for n := 0; n < 100_000; n++ {
			m.collect(n)
		}
		close(done)
	}()
	for n := 0; n < 20; n++ {
		m.report()
	}
	<-done
	fmt.Println(len(m.values))
}
