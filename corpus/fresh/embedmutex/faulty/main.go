// The gateway embeds a guarded session table, but its Kick method deletes from the promoted map without locking.
// want race

package main

import (
	"fmt"
	"sync"
)

type sessionTable struct {
	sync.Mutex
	byID map[int]string
}

func (t *sessionTable) Add(id int, nick string) {
	t.Lock()
	defer t.Unlock()
	t.byID[id] = nick // race: write
}

func (t *sessionTable) Remove(id int) {
	t.Lock()
	defer t.Unlock()
	delete(t.byID, id) // race: write
}

type Gateway struct {
	sessionTable
	banned sync.Map
}

func (g *Gateway) Connect(id int, nick string) bool {
	if _, bad := g.banned.Load(nick); bad {
		return false
	}
	g.Add(id, nick)
	return true
}

func (g *Gateway) Kick(id int, nick string) {
	g.banned.Store(nick, true)
	delete(g.byID, id) // race: write
}

func main() {
	g := &Gateway{sessionTable: sessionTable{byID: map[int]string{}}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for i := range 500 {
			g.Connect(i, fmt.Sprint("guest", i))
			if i%2 == 0 {
				g.Remove(i)
			}
		}
	}()
	go func() {
		defer wg.Done()
		for i := 1; i < 500; i += 2 {
			g.Kick(i, fmt.Sprint("guest", i))
		}
	}()
	wg.Wait()
	fmt.Println(g.Connect(501, "guest1"))
}
