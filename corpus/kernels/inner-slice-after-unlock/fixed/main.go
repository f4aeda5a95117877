// The slice of a guarded map is extended outside of the lock by its receiver.
package main

import "sync"

type Inbox struct {
	mu    sync.Mutex
	boxes map[string]*[]string
}

func (in *Inbox) box(user string) *[]string {
	if in.boxes[user] == nil {
		in.boxes[user] = new([]string)
	}
	return in.boxes[user]
}

func (in *Inbox) Deliver(user, text string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	box := in.box(user)
	*box = append(*box, text)
}

func main() {
	in := &Inbox{boxes: map[string]*[]string{}}
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			for range 10 {
				in.Deliver("ann", "hello")
			}
			wg.Done()
		}()
	}
	wg.Wait()
}
