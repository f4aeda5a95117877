// The slice of a guarded map is extended outside of the lock by its receiver.
// want CT1009 CT1104 CT1112
package main

import "sync"

type Inbox struct {
	mu    sync.Mutex
	boxes map[string]*[]string
}

func (in *Inbox) box(user string) *[]string {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.boxes[user] == nil {
		in.boxes[user] = new([]string)
	}
	return in.boxes[user]
}

func (in *Inbox) Deliver(user, text string) {
	box := in.box(user)
	*box = append(*box, text) // race: write
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
