package driverreg

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"sync"
)

func init() { Register("mem", &memDriver{buckets: make(map[string]*memBucket)}) }

type memDriver struct {
	mu      sync.Mutex
	buckets map[string]*memBucket
}

func (d *memDriver) Open(_ context.Context, u *url.URL) (Bucket, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, ok := d.buckets[u.Host]
	if !ok {
		b = &memBucket{objects: make(map[string][]byte)}
		d.buckets[u.Host] = b
	}
	return b, nil
}

type memBucket struct {
	mu      sync.RWMutex
	objects map[string][]byte
}

func (b *memBucket) Read(_ context.Context, key string) (io.ReadCloser, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	body, ok := b.objects[key]
	if !ok {
		return nil, fmt.Errorf("object %q does not exist", key)
	}
	return io.NopCloser(bytes.NewReader(body)), nil
}

func (b *memBucket) Write(_ context.Context, key string, body io.Reader) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.objects[key] = raw
	return nil
}

func (b *memBucket) Close() error { return nil }
