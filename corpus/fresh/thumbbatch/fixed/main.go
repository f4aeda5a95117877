// wg.Add is done before the goroutine starts.

package main

import (
	"fmt"
	"sync"
)

type Photo struct {
	Name string
	W, H int
}

type Batch struct {
	wg    sync.WaitGroup
	sizes [64]int
}

func shrink(p Photo, to int) int {
	for p.W > to || p.H > to {
		p.W, p.H = p.W/2, p.H/2
	}
	return p.W * p.H
}

func (b *Batch) submit(i int, p Photo) {
	b.wg.Add(1)
	go func() {
		defer b.wg.Done()
		b.sizes[i] = shrink(p, 128)
	}()
}

func (b *Batch) total() (sum int) {
	b.wg.Wait()
	for _, s := range b.sizes {
		sum += s
	}
	return sum
}

func main() {
	for round := range 10 {
		b := &Batch{}
		for i := range b.sizes {
			b.submit(i, Photo{Name: fmt.Sprintf("img%03d.jpg", i), W: 4000, H: 3000})
		}
		if b.total() == 0 {
			fmt.Println("round", round, "empty")
		}
	}
	fmt.Println("done")
}
