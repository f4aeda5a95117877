package main

import (
	"fmt"
	"sync"

	"example.com/projects/nodeindex/fixed/controller"
)

// inventory is the machine list the controller reads from.
type inventory struct {
	mu    sync.RWMutex
	nodes map[string]*controller.Node
}

func newInventory() *inventory {
	return &inventory{nodes: make(map[string]*controller.Node)}
}

func (i *inventory) put(n *controller.Node) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.nodes[n.Name] = n
}

func (i *inventory) Get(name string) (*controller.Node, error) {
	i.mu.RLock()
	defer i.mu.RUnlock()
	n, ok := i.nodes[name]
	if !ok {
		return nil, fmt.Errorf("node %q: %w", name, controller.ErrNotFound)
	}
	return n, nil
}

func (i *inventory) List() []string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	names := make([]string, 0, len(i.nodes))
	for name := range i.nodes {
		names = append(names, name)
	}
	return names
}
