// Tickets have no lock: the desk that they lie on guards them, but for one method.
// want CT1105
package main

import (
	"fmt"
	"sync"
)

type ticket struct {
	number int
	clerk  string
}

type Desk struct {
	mu      sync.Mutex
	tickets []*ticket
}

func (d *Desk) Open(number int) *ticket {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := &ticket{number: number}
	d.tickets = append(d.tickets, t)
	return t
}

func (d *Desk) Assign(t *ticket, clerk string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t.clerk = clerk // race: write
}

func (d *Desk) Release(t *ticket) {
	d.mu.Lock()
	t.clerk = "" // race: write
	d.mu.Unlock()
}

func (d *Desk) IsTaken(t *ticket) bool {
	return t.clerk != "" // race: read
}

func main() {
	desk := &Desk{}
	t := desk.Open(1)
	var clerks sync.WaitGroup
	for _, name := range []string{"Ada", "Ben", "Cyd"} {
		clerks.Add(1)
		go func() {
			defer clerks.Done()
			for range 200 {
				if !desk.IsTaken(t) {
					desk.Assign(t, name)
				}
				desk.Release(t)
			}
		}()
	}
	clerks.Wait()
	fmt.Println(t.number)
}
