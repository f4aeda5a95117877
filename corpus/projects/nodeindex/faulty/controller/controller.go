package controller

import (
	"context"
	"errors"
	"fmt"
	"log"
	"sync"
	"time"
)

// Controller keeps an index from owner to nodes in step with the inventory.
type Controller struct {
	opts      Options
	inventory Inventory
	queue     *queue

	mu       sync.Mutex
	versions map[string]int

	byOwner map[string][]string
	ownerOf map[string]string
}

func New(opts Options, inv Inventory) *Controller {
	opts.complete()
	return &Controller{
		opts:      opts,
		inventory: inv,
		queue:     newQueue(),
		versions:  make(map[string]int),
		byOwner:   make(map[string][]string),
		ownerOf:   make(map[string]string),
	}
}

// Run blocks until ctx is done and all workers have returned.
func (c *Controller) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for i := 0; i < c.opts.Workers; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c.runWorker(ctx)
		}()
	}
	c.resync()
	ticker := time.NewTicker(c.opts.Resync)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			c.queue.Close()
			wg.Wait()
			return nil
		case <-ticker.C:
			c.resync()
		}
	}
}

// Notify is called by watchers when a node has changed.
func (c *Controller) Notify(name string, version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.versions[name] >= version {
		return
	}
	c.versions[name] = version
	c.queue.Add(name)
}

func (c *Controller) resync() {
	for _, name := range c.inventory.List() {
		c.queue.Add(name)
	}
}

func (c *Controller) runWorker(ctx context.Context) {
	for c.processNext(ctx) {
	}
}

func (c *Controller) processNext(ctx context.Context) bool {
	key, ok := c.queue.Get()
	if !ok {
		return false
	}
	if err := c.reconcile(ctx, key); err != nil {
		log.Printf("reconcile %s: %v", key, err)
		if ctx.Err() == nil {
			c.queue.Add(key)
		}
	}
	return true
}

func (c *Controller) reconcile(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	node, err := c.inventory.Get(key)
	if errors.Is(err, ErrNotFound) {
		c.forget(key)
		return nil
	}
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	if node.Owner == "" {
		return nil
	}
	c.index(node)
	return nil
}

func (c *Controller) index(n *Node) {
	if old, ok := c.ownerOf[n.Name]; ok { // race: read
		if old == n.Owner {
			return
		}
		c.forget(n.Name)
	}
	c.ownerOf[n.Name] = n.Owner                             // race: write
	c.byOwner[n.Owner] = append(c.byOwner[n.Owner], n.Name) // race: write
}

func (c *Controller) forget(name string) {
	owner, ok := c.ownerOf[name] // race: read
	if !ok {
		return
	}
	delete(c.ownerOf, name)   // race: write
	names := c.byOwner[owner] // race: read
	for i, it := range names {
		if it == name {
			c.byOwner[owner] = append(names[:i:i], names[i+1:]...) // race: write
			break
		}
	}
}
