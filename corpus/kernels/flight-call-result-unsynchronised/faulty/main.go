// A de-duplicated load: late callers read the result without waiting for the first one.
// want CT1008 CT1105 CT1102 CT1112
package main

import "sync"

type call struct {
	done  chan struct{}
	value string
	err   error
}

type flights struct {
	mu    sync.Mutex
	calls map[string]*call
}

func (f *flights) do(key string, load func() (string, error)) (string, error) {
	f.mu.Lock()
	if c, ok := f.calls[key]; ok {
		f.mu.Unlock()
		return c.value, c.err // race: read
	}
	c := &call{done: make(chan struct{})}
	f.calls[key] = c
	f.mu.Unlock()
	c.value, c.err = load() // race: write
	close(c.done)
	f.mu.Lock()
	delete(f.calls, key)
	f.mu.Unlock()
	return c.value, c.err
}

func main() {
	f := &flights{calls: map[string]*call{}}
	var callers sync.WaitGroup
	for range 6 {
		callers.Go(func() {
			for range 20 {
				f.do("page", func() (string, error) { return "<html>", nil })
			}
		})
	}
	callers.Wait()
}
