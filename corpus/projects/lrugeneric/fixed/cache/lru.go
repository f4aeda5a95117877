// All methods take the lock.

package cache

import (
	"container/list"
	"sync"
	"time"
)

type item[K comparable, V any] struct {
	key     K
	value   V
	expires time.Time
}

// LRU keeps what was used last.
type LRU[K comparable, V any] struct {
	mu      sync.Mutex
	max     int
	ttl     time.Duration
	order   *list.List
	items   map[K]*list.Element
	onEvict func(K, V)
	now     func() time.Time
}

// Option changes a new LRU.
type Option[K comparable, V any] func(*LRU[K, V])

// WithTTL lets entries grow old.
func WithTTL[K comparable, V any](ttl time.Duration) Option[K, V] {
	return func(c *LRU[K, V]) { c.ttl = ttl }
}

// WithEvict is told of entries that must go.
func WithEvict[K comparable, V any](f func(K, V)) Option[K, V] {
	return func(c *LRU[K, V]) { c.onEvict = f }
}

// New returns a cache of at most max entries, for use by several goroutines.
func New[K comparable, V any](max int, opts ...Option[K, V]) *LRU[K, V] {
	c := &LRU[K, V]{max: max, order: list.New(), items: make(map[K]*list.Element), now: time.Now}
	for _, o := range opts {
		o(c)
	}
	return c
}

// Get returns the value of a key and makes it the latest.
func (c *LRU[K, V]) Get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var zero V
	el, ok := c.items[key]
	if !ok {
		return zero, false
	}
	it := el.Value.(*item[K, V])
	if c.ttl > 0 && c.now().After(it.expires) {
		c.drop(el)
		return zero, false
	}
	c.order.MoveToFront(el)
	return it.value, true
}

// Put sets the value of a key.
func (c *LRU[K, V]) Put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	expires := c.now().Add(c.ttl)
	if el, ok := c.items[key]; ok {
		it := el.Value.(*item[K, V])
		it.value, it.expires = value, expires
		c.order.MoveToFront(el)
		return
	}
	c.items[key] = c.order.PushFront(&item[K, V]{key: key, value: value, expires: expires})
	for len(c.items) > c.max {
		c.drop(c.order.Back())
	}
}

// Contains says whether the key is there, without making it the latest.
func (c *LRU[K, V]) Contains(key K) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.items[key]
	return ok
}

// Remove takes a key out.
func (c *LRU[K, V]) Remove(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.items[key]; ok {
		c.drop(el)
	}
}

// Len returns the number of entries.
func (c *LRU[K, V]) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.order.Len()
}

func (c *LRU[K, V]) drop(el *list.Element) {
	it := c.order.Remove(el).(*item[K, V])
	delete(c.items, it.key)
	if c.onEvict != nil {
		c.onEvict(it.key, it.value)
	}
}
