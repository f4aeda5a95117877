// The sweep takes the read lock for each entry instead of for the loop.
// want CT1003 CT1002
package main

import "sync"

type lease struct {
	owner   string
	renewed int
}

type leases struct {
	mu    sync.RWMutex
	table map[string]lease
}

func (l *leases) renew(key, owner string, tick int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.table[key] = lease{owner, tick} // race: write
}

func (l *leases) stale(before int) []string {
	var keys []string
	for key := range l.table { // race: read
		l.mu.RLock()
		entry := l.table[key]
		l.mu.RUnlock()
		if entry.renewed < before {
			keys = append(keys, key)
		}
	}
	return keys
}

func main() {
	l := &leases{table: map[string]lease{"a": {"n1", 0}, "b": {"n2", 0}}}
	var renewers sync.WaitGroup
	renewers.Add(2)
	for _, owner := range []string{"n1", "n2"} {
		go func() {
			defer renewers.Done()
			for tick := range 100 {
				l.renew("lease-of-"+owner, owner, tick)
			}
		}()
	}
	for tick := range 50 {
		l.stale(tick)
	}
	renewers.Wait()
}
