// A snapshot copies a struct by value under the lock, and so shares its maps.
// want race

package stats

import (
	"sync"
	"time"
)

// Summary is what a collector knows.
type Summary struct {
	Since    time.Time        `json:"since"`
	Requests int64            `json:"requests"`
	ByStatus map[int]int64    `json:"by_status"`
	ByPath   map[string]int64 `json:"by_path"`
	Slowest  time.Duration    `json:"slowest"`
}

// Collector counts requests.
type Collector struct {
	mu  sync.Mutex
	cur Summary
}

// NewCollector begins to count.
func NewCollector() *Collector {
	c := &Collector{}
	c.reset()
	return c
}

func (c *Collector) reset() {
	c.cur = Summary{Since: time.Now(), ByStatus: make(map[int]int64), ByPath: make(map[string]int64)}
}

// Observe counts one request.
func (c *Collector) Observe(path string, status int, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cur.Requests++
	c.cur.ByStatus[status]++ // race: write
	c.cur.ByPath[path]++     // race: write
	if took > c.cur.Slowest {
		c.cur.Slowest = took
	}
}

// Snapshot returns what is known now.
func (c *Collector) Snapshot() Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cur // race: escape
}

// Flush returns what is known and begins anew.
func (c *Collector) Flush() Summary {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.cur
	c.reset()
	return out
}
