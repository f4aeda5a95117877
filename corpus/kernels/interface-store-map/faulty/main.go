// Callers see an interface; the implementation behind it has no lock.
// want CT1001 CT1002
package main

import "sync"

type Store interface {
	Save(key, value string)
}

type memory struct {
	data map[string]string
}

func (m *memory) Save(key, value string) {
	m.data[key] = value // race: write
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
