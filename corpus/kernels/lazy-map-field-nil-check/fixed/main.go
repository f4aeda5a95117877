// The zero value of the bus is usable: its map is made by the first Subscribe, whoever that is.
package main

import "sync"

type Bus struct {
	mu       sync.Mutex
	channels map[string][]chan int
}

func (b *Bus) Subscribe(topic string) <-chan int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.channels == nil {
		b.channels = make(map[string][]chan int)
	}
	c := make(chan int, 1)
	b.channels[topic] = append(b.channels[topic], c)
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
