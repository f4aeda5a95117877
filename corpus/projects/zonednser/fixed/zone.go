// The zone has a lock.

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

var errNoName = errors.New("no such name")

// Record is one answer.
type Record struct {
	Value string
	TTL   time.Duration
}

// Zone has the records of a domain.
type Zone struct {
	origin  string
	serial  uint32
	mu      sync.RWMutex
	records map[string][]Record
}

func newZone(origin string) *Zone {
	return &Zone{origin: strings.TrimSuffix(origin, "."), records: make(map[string][]Record)}
}

// Load reads lines of name, lifetime and value.
func (z *Zone) Load(r io.Reader) error {
	scanner := bufio.NewScanner(r)
	for n := 1; scanner.Scan(); n++ {
		fields := strings.Fields(scanner.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], ";") {
			continue
		}
		if len(fields) != 3 {
			return fmt.Errorf("line %d: want name, lifetime and value", n)
		}
		ttl, err := time.ParseDuration(fields[1])
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		z.add(fields[0], Record{Value: fields[2], TTL: ttl})
	}
	z.serial++
	return scanner.Err()
}

func (z *Zone) add(name string, r Record) {
	name = strings.ToLower(name)
	z.mu.Lock()
	defer z.mu.Unlock()
	z.records[name] = append(z.records[name], r)
}

func (z *Zone) remove(name string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	delete(z.records, strings.ToLower(name))
}

// Lookup returns the records of a name in the zone.
func (z *Zone) Lookup(name string) ([]Record, error) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	rel, ok := strings.CutSuffix(name, "."+z.origin)
	if !ok {
		return nil, fmt.Errorf("%s is not in %s", name, z.origin)
	}
	z.mu.RLock()
	records, ok := z.records[rel]
	z.mu.RUnlock()
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, errNoName)
	}
	return records, nil
}
