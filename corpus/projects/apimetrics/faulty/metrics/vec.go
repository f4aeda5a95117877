// The counter of a label set is made under the read lock.
// want race

package metrics

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

// Counter only grows.
type Counter struct {
	n atomic.Uint64
}

func (c *Counter) Inc()          { c.n.Add(1) }
func (c *Counter) Value() uint64 { return c.n.Load() }

// CounterVec has a counter for each set of label values.
type CounterVec struct {
	name   string
	labels []string

	mu       sync.RWMutex
	counters map[string]*Counter
}

func NewCounterVec(name string, labels ...string) *CounterVec {
	return &CounterVec{name: name, labels: labels, counters: make(map[string]*Counter)}
}

// With returns the counter of these values, in the order of the labels.
func (v *CounterVec) With(values ...string) *Counter {
	if len(values) != len(v.labels) {
		panic(fmt.Sprintf("metrics: %s wants %d labels", v.name, len(v.labels)))
	}
	key := strings.Join(values, "\xff")
	v.mu.RLock()
	defer v.mu.RUnlock()
	c, ok := v.counters[key] // race: read
	if !ok {
		c = new(Counter)
		v.counters[key] = c // race: write
	}
	return c
}

// Delete forgets the counter of these values.
func (v *CounterVec) Delete(values ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.counters, strings.Join(values, "\xff"))
}

// WriteTo writes the text format.
func (v *CounterVec) WriteTo(w io.Writer) (int64, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	keys := make([]string, 0, len(v.counters))
	for key := range v.counters { // race: read
		keys = append(keys, key)
	}
	sort.Strings(keys)
	var total int64
	for _, key := range keys {
		pairs := make([]string, 0, len(v.labels))
		for i, value := range strings.Split(key, "\xff") {
			pairs = append(pairs, fmt.Sprintf("%s=%q", v.labels[i], value))
		}
		n, err := fmt.Fprintf(w, "%s{%s} %d\n", v.name, strings.Join(pairs, ","), v.counters[key].Value())
		total += int64(n)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}
