// Orders go through three stages; what fails goes back to the first.
package main

import (
	"fmt"
	"sync"
)

type order struct {
	id    int
	tries int
}

type plant struct {
	parse, price, ship chan order
	wg                 sync.WaitGroup
}

func (p *plant) parser() {
	for o := range p.parse {
		p.price <- o
	}
}

func (p *plant) pricer() {
	for o := range p.price {
		if o.id%3 == 0 && o.tries < 2 {
			o.tries++
			p.parse <- o
			continue
		}
		p.ship <- o
	}
}

func (p *plant) shipper() {
	for o := range p.ship {
		if o.id%7 == 0 && o.tries < 3 {
			o.tries++
			p.parse <- o
			continue
		}
		p.wg.Done()
	}
}

func main() {
	p := &plant{parse: make(chan order, 2), price: make(chan order, 2), ship: make(chan order, 2)}
	go p.parser()
	go p.pricer()
	go p.shipper()
	for i := 0; i < 1000; i++ {
		p.wg.Add(1)
		p.parse <- order{id: i}
	}
	p.wg.Wait()
	fmt.Println("done")
}
