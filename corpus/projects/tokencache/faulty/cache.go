// Timers take entries out of a cache without the lock of the cache.
// want race

package tokencache

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrDenied is returned by an Issuer that knows the client but does not trust it.
var ErrDenied = errors.New("tokencache: denied")

// Token opens one audience.
type Token struct {
	Value    string
	Audience string
	Expires  time.Time
}

// Issuer makes tokens.
type Issuer interface {
	Issue(ctx context.Context, audience string) (Token, error)
}

// IssuerFunc is a function that is an Issuer.
type IssuerFunc func(ctx context.Context, audience string) (Token, error)

func (f IssuerFunc) Issue(ctx context.Context, audience string) (Token, error) {
	return f(ctx, audience)
}

type entry struct {
	token Token
	timer *time.Timer
}

// Cache remembers tokens until shortly before they expire.
type Cache struct {
	issuer Issuer
	early  time.Duration

	mu      sync.Mutex
	entries map[string]*entry
	closed  bool
}

func New(issuer Issuer, early time.Duration) *Cache {
	return &Cache{issuer: issuer, early: early, entries: make(map[string]*entry)}
}

// Get returns a token for the audience.
func (c *Cache) Get(ctx context.Context, audience string) (Token, error) {
	c.mu.Lock()
	if e, ok := c.entries[audience]; ok { // race: read
		c.mu.Unlock()
		return e.token, nil
	}
	c.mu.Unlock()

	token, err := c.issuer.Issue(ctx, audience)
	if err != nil {
		return Token{}, err
	}
	c.put(audience, token)
	return token, nil
}

func (c *Cache) put(audience string, token Token) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	if old, ok := c.entries[audience]; ok {
		old.timer.Stop()
	}
	left := time.Until(token.Expires) - c.early
	if left <= 0 {
		return
	}
	e := &entry{token: token}
	e.timer = time.AfterFunc(left, func() { c.expire(audience) })
	c.entries[audience] = e // race: write
}

func (c *Cache) expire(audience string) {
	delete(c.entries, audience) // race: write
}

// Revoke forgets the token of an audience.
func (c *Cache) Revoke(audience string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[audience]; ok {
		e.timer.Stop()
		delete(c.entries, audience)
	}
}

// Len returns how many tokens are known.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.entries)
}

// Close stops all timers.
func (c *Cache) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for audience, e := range c.entries {
		e.timer.Stop()
		delete(c.entries, audience)
	}
}
