// A plain map kept as the value of a sync.Map is no safer than any other.
package main

import "sync"

type Topics struct {
	all sync.Map
}

type members struct {
	sync.Mutex
	set map[int]bool
}

func (t *Topics) Subscribe(topic string, client int) {
	value, _ := t.all.LoadOrStore(topic, &members{set: make(map[int]bool)})
	m := value.(*members)
	m.Lock()
	m.set[client] = true
	m.Unlock()
}

func main() {
	var topics Topics
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			topics.Subscribe("news", client)
		}()
	}
	wg.Wait()
}
