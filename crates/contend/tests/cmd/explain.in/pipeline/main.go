package main

import (
	"fmt"
	"sync"
)

type pipeline struct {
	in  chan int
	out chan int
	wg  sync.WaitGroup
}

func (p *pipeline) work() {
	defer p.wg.Done()
	for v := range p.in {
		p.out <- v * 2
	}
}

func (p *pipeline) feed(n int) {
	for i := range n {
		p.in <- i
	}
}

func (p *pipeline) collect() (sum int) {
	for v := range p.out {
		sum += v
	}
	return sum
}

func main() {
	p := &pipeline{in: make(chan int), out: make(chan int)}
	for range 3 {
		p.wg.Add(1)
		go p.work()
	}
	p.feed(10)
	p.wg.Wait()
	close(p.out)
	fmt.Println(p.collect())
}
