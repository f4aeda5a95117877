// The method has a value receiver: each call locks a mutex of its own.
// want CT1114 CT1102 CT1105
package main

import "sync"

type Gauge struct {
	mu    sync.Mutex
	value *int
}

func (g Gauge) Add(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	*g.value += n // race: write
}

func main() {
	g := Gauge{value: new(int)}
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			g.Add(n)
		}()
	}
	wg.Wait()
}
