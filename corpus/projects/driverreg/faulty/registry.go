// Opening a driver by an alias remembers it in the registry, which everybody reads without a lock.
// want race

package driverreg

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"sort"
	"strings"
)

// Bucket is an opened store of objects.
type Bucket interface {
	Read(ctx context.Context, key string) (io.ReadCloser, error)
	Write(ctx context.Context, key string, body io.Reader) error
	Close() error
}

// Driver opens buckets of one kind.
type Driver interface {
	Open(ctx context.Context, u *url.URL) (Bucket, error)
}

var (
	drivers = map[string]Driver{}
	aliases = map[string]string{"file": "fs", "memory": "mem"}
)

// Register makes a driver known under a scheme. Drivers call it from their init functions.
func Register(scheme string, d Driver) {
	if d == nil {
		panic("driverreg: nil driver")
	}
	if _, dup := drivers[scheme]; dup {
		panic("driverreg: driver " + scheme + " is registered twice")
	}
	drivers[scheme] = d
}

// Schemes returns the names of all drivers.
func Schemes() []string {
	names := make([]string, 0, len(drivers))
	for name := range drivers { // race: read
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func lookup(scheme string) (Driver, bool) {
	scheme = strings.ToLower(scheme)
	d, ok := drivers[scheme] // race: read
	if ok {
		return d, true
	}
	if target, isAlias := aliases[scheme]; isAlias {
		if d, ok = drivers[target]; ok { // race: read
			drivers[scheme] = d // race: write
		}
	}
	return d, ok
}

// Open opens the bucket of a URL such as mem://name.
func Open(ctx context.Context, rawURL string) (Bucket, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("bucket url: %w", err)
	}
	d, ok := lookup(u.Scheme)
	if !ok {
		return nil, fmt.Errorf("no driver for %q (known: %s)", u.Scheme, strings.Join(Schemes(), ", "))
	}
	b, err := d.Open(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", u.Redacted(), err)
	}
	return b, nil
}
