// Callers see an interface; the implementation behind it has no lock.
package main

import "sync"

type Store interface {
	Save(key, value string)
}

type memory struct {
	mu   sync.Mutex
	data map[string]string
}

func (m *memory) Save(key, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.data[key] = value
}

type consumer struct {
	store Store
	in    <-chan string
	done  sync.WaitGroup
}

func (c *consumer) loop() {
	defer c.done.Done()
	for key := range c.in {
		c.store.Save(key, "seen")
	}
}

func main() {
	in := make(chan string)
	c := &consumer{store: &memory{data: map[string]string{}}, in: in}
	c.done.Add(2)
	go c.loop()
	go c.loop()
	for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
		in <- key
	}
	close(in)
	c.done.Wait()
}
