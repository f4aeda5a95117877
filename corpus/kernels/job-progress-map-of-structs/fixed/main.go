// Workers update struct values in a map by copy, change and put back.
package main

import (
	"fmt"
	"sync"
)

type progress struct {
	done, total int
	note        string
}

type download struct {
	parts map[string]progress
	m     sync.Mutex
}

func (d *download) step(part string, n int) {
	d.m.Lock()
	defer d.m.Unlock()
	p := d.parts[part]
	p.done += n
	p.note = fmt.Sprintf("%d/%d", p.done, p.total)
	d.parts[part] = p
}

func main() {
	d := &download{parts: map[string]progress{}}
	for _, part := range []string{"p1", "p2", "p3"} {
		d.parts[part] = progress{total: 10}
	}
	finished := make(chan string)
	worker := func(part string) {
		for range 10 {
			d.step(part, 1)
		}
		finished <- part
	}
	go worker("p1")
	go worker("p2")
	go worker("p3")
	for range 3 {
		<-finished
	}
}
