// A package-level sequence is advanced by whoever creates an order.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var sequence atomic.Int64

type order struct {
	id   string
	item string
}

func newOrder(item string) *order {
	return &order{fmt.Sprintf("ord-%06d", sequence.Add(1)), item}
}

type checkout struct {
	baskets chan string
	orders  chan *order
}

func (c *checkout) serve() {
	for item := range c.baskets {
		c.orders <- newOrder(item)
	}
}

func main() {
	c := &checkout{make(chan string, 30), make(chan *order, 30)}
	var desks sync.WaitGroup
	for range 3 {
		desks.Go(c.serve)
	}
	for range 30 {
		c.baskets <- "book"
	}
	close(c.baskets)
	desks.Wait()
}
