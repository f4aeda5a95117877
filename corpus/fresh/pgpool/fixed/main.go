// Stats locks the pool mutex like the other methods.

package main

import (
	"fmt"
	"runtime"
	"sync"
)

func client(p *Pool, wg *sync.WaitGroup) {
	defer wg.Done()
	for range 200 {
		c, err := p.Acquire()
		if err != nil {
			continue
		}
		c.Exec("select 1")
		runtime.Gosched()
		p.Release(c)
	}
}

func report(p *Pool, quit <-chan struct{}, peak chan<- int) {
	top := 0
	for {
		select {
		case <-quit:
			peak <- top
			return
		default:
			top = max(top, p.Stats().InUse)
			runtime.Gosched()
		}
	}
}

func main() {
	p := Open(3)
	quit, peak := make(chan struct{}), make(chan int)
	go report(p, quit, peak)
	var wg sync.WaitGroup
	wg.Add(4)
	for range 4 {
		go client(p, &wg)
	}
	wg.Wait()
	close(quit)
	fmt.Println("peak in use at most 3:", <-peak <= 3)
}
