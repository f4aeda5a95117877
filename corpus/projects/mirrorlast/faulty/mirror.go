package mirrorlast

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"sync/atomic"
	"time"

	"example.com/projects/mirrorlast/faulty/group"
)

// Object is something that a source has.
type Object struct {
	Key     string
	Size    int64
	ModTime time.Time
}

// Source is where objects come from.
type Source interface {
	List(ctx context.Context) ([]Object, error)
	Open(ctx context.Context, key string) (io.ReadCloser, error)
}

// Target is where they go.
type Target interface {
	Has(ctx context.Context, o Object) (bool, error)
	Put(ctx context.Context, key string, r io.Reader) error
}

// Result says what a run did.
type Result struct {
	Copied, Skipped int64
	Bytes           int64
	Newest          time.Time
}

// Mirror copies what the target lacks.
type Mirror struct {
	Source   Source
	Target   Target
	Parallel int
}

// ErrNothing is returned for an empty source.
var ErrNothing = errors.New("mirror: the source is empty")

// Run copies all objects that the target lacks.
func (m *Mirror) Run(ctx context.Context) (*Result, error) {
	objects, err := m.Source.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	if len(objects) == 0 {
		return nil, ErrNothing
	}
	sort.Slice(objects, func(i, j int) bool { return objects[i].Size > objects[j].Size })
	var copied, skipped, bytes atomic.Int64
	var newest time.Time
	g, gctx := group.WithContext(ctx, max(m.Parallel, 1))
	for _, o := range objects {
		g.Go(func() error {
			has, err := m.Target.Has(gctx, o)
			if err != nil {
				return fmt.Errorf("%s: %w", o.Key, err)
			}
			if has {
				skipped.Add(1)
				return nil
			}
			n, err := m.copy(gctx, o)
			if err != nil {
				return fmt.Errorf("%s: %w", o.Key, err)
			}
			copied.Add(1)
			bytes.Add(n)
			if o.ModTime.After(newest) { // race: read
				newest = o.ModTime // race: write
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return &Result{Copied: copied.Load(), Skipped: skipped.Load(), Bytes: bytes.Load(), Newest: newest}, nil
}

func (m *Mirror) copy(ctx context.Context, o Object) (int64, error) {
	body, err := m.Source.Open(ctx, o.Key)
	if err != nil {
		return 0, err
	}
	defer body.Close()
	counted := &countingReader{r: body}
	if err := m.Target.Put(ctx, o.Key, counted); err != nil {
		return counted.n, err
	}
	return counted.n, nil
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
