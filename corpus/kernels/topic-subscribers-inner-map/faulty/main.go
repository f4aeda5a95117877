// The broker's lock covers the map of topics; the map of a topic's subscribers is used after it.
// want CT1009 CT1001 CT1002 CT1003
package main

import "sync"

type broker struct {
	mu     sync.Mutex
	topics map[string]map[int]chan string
}

func (b *broker) topic(name string) map[int]chan string {
	b.mu.Lock()
	defer b.mu.Unlock()
	subs, ok := b.topics[name]
	if !ok {
		subs = make(map[int]chan string)
		b.topics[name] = subs
	}
	return subs
}

func (b *broker) subscribe(name string, id int) chan string {
	inbox := make(chan string, 64)
	subs := b.topic(name)
	subs[id] = inbox // race: write
	return inbox
}

func (b *broker) publish(name, message string) (sent int) {
	subs := b.topic(name)
	for _, inbox := range subs { // race: read
		select {
		case inbox <- message:
			sent++
		default:
		}
	}
	return sent
}

func main() {
	b := &broker{topics: map[string]map[int]chan string{}}
	var clients sync.WaitGroup
	for id := range 6 {
		clients.Go(func() {
			inbox := b.subscribe("news", id)
			b.publish("news", "hello")
			<-inbox
		})
	}
	clients.Wait()
}
