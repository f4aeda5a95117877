// A plain map kept as the value of a sync.Map is no safer than any other.
// want CT1001 CT1009
package main

import "sync"

type Topics struct {
	all sync.Map
}

func (t *Topics) Subscribe(topic string, client int) {
	value, _ := t.all.LoadOrStore(topic, make(map[int]bool))
	value.(map[int]bool)[client] = true // race: write
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
