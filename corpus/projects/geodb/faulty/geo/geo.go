// Package geo tells the country of an address.
package geo

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

// Source opens the text of the database.
type Source interface {
	Open() (io.ReadCloser, error)
}

// File is a database in a file.
type File string

func (f File) Open() (io.ReadCloser, error) { return os.Open(string(f)) }

type network struct {
	prefix  netip.Prefix
	country string
}

// table is never changed once it is made.
type table struct {
	networks []network
}

func (t *table) find(addr netip.Addr) string {
	i := sort.Search(len(t.networks), func(i int) bool { return addr.Less(t.networks[i].prefix.Addr()) })
	for i--; i >= 0; i-- {
		if t.networks[i].prefix.Contains(addr) {
			return t.networks[i].country
		}
	}
	return ""
}

// Lookup answers questions; it opens the database when the first one comes.
type Lookup struct {
	source  Source
	queries atomic.Uint64

	once  sync.Once
	table *table
	err   error

	cacheMu sync.Mutex
	cache   map[netip.Addr]string
}

// New returns a lookup; nothing is read yet.
func New(s Source) *Lookup {
	return &Lookup{source: s, cache: make(map[netip.Addr]string)}
}

func (l *Lookup) open() (*table, error) {
	l.once.Do(func() { // race: read
		l.table, l.err = load(l.source) // race: write
	})
	return l.table, l.err // race: read
}

// Reload makes the next question open the database anew.
func (l *Lookup) Reload() {
	l.once = sync.Once{} // race: write
	l.cacheMu.Lock()
	clear(l.cache)
	l.cacheMu.Unlock()
}

// Country returns the code of the country, "" if it is not known.
func (l *Lookup) Country(addr netip.Addr) (string, error) {
	l.queries.Add(1)
	if c, ok := l.cached(addr); ok {
		return c, nil
	}
	t, err := l.open()
	if err != nil {
		return "", fmt.Errorf("geo: %w", err)
	}
	c := t.find(addr)
	l.cacheMu.Lock()
	l.cache[addr] = c
	l.cacheMu.Unlock()
	return c, nil
}

func (l *Lookup) cached(addr netip.Addr) (string, bool) {
	l.cacheMu.Lock()
	defer l.cacheMu.Unlock()
	c, ok := l.cache[addr]
	return c, ok
}

// Queries is how many questions there were.
func (l *Lookup) Queries() uint64 { return l.queries.Load() }

func load(s Source) (*table, error) {
	r, err := s.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	t := new(table)
	sc := bufio.NewScanner(r)
	for n := 1; sc.Scan(); n++ {
		prefix, country, ok := strings.Cut(sc.Text(), " ")
		if !ok {
			continue
		}
		p, err := netip.ParsePrefix(prefix)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		t.networks = append(t.networks, network{p.Masked(), country})
	}
	sort.Slice(t.networks, func(i, j int) bool { return t.networks[i].prefix.Addr().Less(t.networks[j].prefix.Addr()) })
	return t, sc.Err()
}
