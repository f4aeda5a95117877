// The actor's goroutine owns its state, but a getter reads the map directly.
package main

import "fmt"

type message struct {
	key   string
	value int
	reply chan int
}

type actor struct {
	inbox chan message
	state map[string]int
}

func (a *actor) loop() {
	for m := range a.inbox {
		if m.reply != nil {
			m.reply <- a.state[m.key]
			continue
		}
		a.state[m.key] = m.value
	}
}

func (a *actor) put(key string, value int) { a.inbox <- message{key: key, value: value} }

func (a *actor) get(key string) int {
	reply := make(chan int)
	a.inbox <- message{key: key, reply: reply}
	return <-reply
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
