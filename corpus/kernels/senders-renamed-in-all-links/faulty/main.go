// The reader of each link counts senders in the link's map; the switchboard's loop renames them in all links.
// want CT1001
package main

import "time"

type link struct {
	in   chan string
	hops map[string]int
}

func (l *link) start() { go l.read() }

func (l *link) read() {
	for sender := range l.in {
		l.count(sender)
	}
}

func (l *link) count(sender string) {
	l.hops[sender]++ // race: write
}

func (l *link) rename(from, to string) {
	for sender, n := range l.hops { // race: read
		if sender == from {
			l.hops[to] = n // race: write
		}
	}
}

type board struct {
	tasks chan func()
	links map[string]*link
}

func newBoard() *board {
	b := &board{tasks: make(chan func()), links: map[string]*link{}}
	go b.run()
	return b
}

func (b *board) run() {
	for task := range b.tasks {
		task()
	}
}

func (b *board) connect(name string) *link {
	l := &link{in: make(chan string), hops: map[string]int{}}
	b.tasks <- func() { b.links[name] = l }
	l.start()
	return l
}

func (b *board) rename(from, to string) {
	b.tasks <- func() { b.renameAll(from, to) }
}

func (b *board) renameAll(from, to string) {
	for _, l := range b.links {
		l.rename(from, to)
	}
}

func main() {
	b := newBoard()
	l := b.connect("north")
	for range 100 {
		l.in <- "ann"
		b.rename("ann", "bob")
		l.in <- "carl"
	}
	time.Sleep(10 * time.Millisecond)
}
