// Workers update struct values in a map by copy, change and put back.
// want CT1001 CT1002
package main

import (
	"fmt"
)

type progress struct {
	done, total int
	note        string
}

type download struct {
	parts map[string]progress
}

func (d *download) step(part string, n int) {
	p := d.parts[part] // race: read
	p.done += n
	p.note = fmt.Sprintf("%d/%d", p.done, p.total)
	d.parts[part] = p // race: write
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
