// The actor's goroutine owns its state, but a getter reads the map directly.
// want CT1002 CT1003
package main

import "fmt"

type message struct {
	key   string
	value int
}

type actor struct {
	inbox chan message
	state map[string]int
}

func (a *actor) loop() {
	for m := range a.inbox {
		a.state[m.key] = m.value // race: write
	}
}

func (a *actor) put(key string, value int) { a.inbox <- message{key: key, value: value} }

func (a *actor) get(key string) int {
	return a.state[key] // race: read
}

func main() {
	a := &actor{inbox: make(chan message), state: map[string]int{}}
	go a.loop()
	for i := range 50 {
		a.put(fmt.Sprint("k", i), i)
		a.get("k0")
	}
	close(a.inbox)
}
