// A package-level sequence is advanced by whoever creates an order.
// want CT1106
package main

import (
	"fmt"
	"sync"
)

var sequence int

type order struct {
	id   string
	item string
}

func newOrder(item string) *order {
	sequence++ // race: write
	return &order{fmt.Sprintf("ord-%06d", sequence), item}
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
