// A gateway compares what it was sent with its routes before it takes the lock that guards them.
// want CT1002
package main

import (
	"fmt"
	"reflect"
	"sync"
)

type gateway struct {
	mu     sync.Mutex
	routes map[string]string
}

// reload takes new routes, if they are any news.
func (g *gateway) reload(routes map[string]string) bool {
	if reflect.DeepEqual(g.routes, routes) { // race: read
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for path, target := range routes {
		g.routes[path] = target // race: write
	}
	return true
}

func main() {
	g := &gateway{routes: map[string]string{}}
	var watchers sync.WaitGroup
	for number := range 4 {
		watchers.Add(1)
		go func() {
			defer watchers.Done()
			for round := range 200 {
				g.reload(map[string]string{
					fmt.Sprintf("/%d/%d", number, round): "backend",
				})
			}
		}()
	}
	watchers.Wait()
}
