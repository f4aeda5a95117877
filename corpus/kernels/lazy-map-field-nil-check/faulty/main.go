// The zero value of the bus is usable: its map is made by the first Subscribe, whoever that is.
// want CT1111 CT1105 CT1001 CT1002
package main

import "sync"

type Bus struct {
	channels map[string][]chan int
}

func (b *Bus) Subscribe(topic string) <-chan int {
	if b.channels == nil { // race: read
		b.channels = make(map[string][]chan int) // race: write
	}
	c := make(chan int, 1)
	b.channels[topic] = append(b.channels[topic], c) // race: write
	return c
}

type component struct{ inbox <-chan int }

func (c *component) attach(b *Bus, topic string, up *sync.WaitGroup) {
	c.inbox = b.Subscribe(topic)
	up.Done()
}

func main() {
	var bus Bus
	var up sync.WaitGroup
	topics := []string{"cpu", "mem", "net", "disk"}
	up.Add(len(topics))
	for _, topic := range topics {
		go new(component).attach(&bus, topic, &up)
	}
	up.Wait()
}
