// Package cache keeps what the watch has told of certificates.
package cache

import (
	"errors"
	"sort"
	"sync"

	"example.com/projects/certconditions/fixed/api"
)

var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("conflict")
)

// Cache hands out pointers to its own objects: they are not to be changed.
type Cache struct {
	mu       sync.RWMutex
	objects  map[string]*api.Certificate
	handlers []func(name string)
}

func New() *Cache {
	return &Cache{objects: make(map[string]*api.Certificate)}
}

// OnChange adds a handler; all are added before the first Put.
func (c *Cache) OnChange(f func(string)) {
	c.handlers = append(c.handlers, f)
}

func (c *Cache) Get(name string) (*api.Certificate, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	crt, ok := c.objects[name]
	if !ok {
		return nil, ErrNotFound
	}
	return crt, nil
}

func (c *Cache) List() []*api.Certificate {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := make([]*api.Certificate, 0, len(c.objects))
	for _, crt := range c.objects {
		out = append(out, crt)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Put is called by the watch.
func (c *Cache) Put(crt *api.Certificate) {
	c.mu.Lock()
	c.objects[crt.Name] = crt
	c.mu.Unlock()
	for _, h := range c.handlers {
		h(crt.Name)
	}
}

// Update replaces an object, unless it has changed since it was read.
func (c *Cache) Update(crt *api.Certificate) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, ok := c.objects[crt.Name]
	if !ok {
		return ErrNotFound
	}
	if old.Version != crt.Version {
		return ErrConflict
	}
	next := *crt
	next.Version++
	c.objects[crt.Name] = &next
	return nil
}
