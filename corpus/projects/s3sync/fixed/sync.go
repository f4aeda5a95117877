package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync"
	"time"
)

// Uploader is where files go.
type Uploader interface {
	// Head returns the size of an object, -1 if there is none.
	Head(ctx context.Context, key string) (int64, error)
	Put(ctx context.Context, key string, body io.Reader) (int64, error)
}

type Options struct {
	Parallel int
	Prefix   string
	Timeout  time.Duration
}

// Summary is what a sync has done.
type Summary struct {
	Uploaded, Unchanged, Failed int
	Bytes                       int64
}

type Syncer struct {
	up   Uploader
	opts Options
}

func NewSyncer(up Uploader, opts Options) *Syncer {
	if opts.Parallel < 1 {
		opts.Parallel = 1
	}
	return &Syncer{up: up, opts: opts}
}

type file struct {
	name string
	size int64
}

func (s *Syncer) walk(ctx context.Context, fsys fs.FS, out chan<- file) error {
	defer close(out)
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		select {
		case out <- file{name, info.Size()}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

type outcome struct {
	bytes     int64
	unchanged bool
	err       error
}

// Sync uploads all files that are not there yet, or of another size.
func (s *Syncer) Sync(ctx context.Context, fsys fs.FS) (sum Summary, err error) {
	files := make(chan file)
	walked := make(chan error, 1)
	go func() { walked <- s.walk(ctx, fsys, files) }()

	var wg sync.WaitGroup
	outcomes := make(chan outcome)
	for range s.opts.Parallel {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for f := range files {
				out := s.one(ctx, fsys, f)
				if out.err != nil {
					out.err = fmt.Errorf("%s: %w", f.name, out.err)
				}
				outcomes <- out
			}
		}()
	}
	go func() {
		wg.Wait()
		close(outcomes)
	}()
	for out := range outcomes {
		switch {
		case out.err != nil:
			sum.Failed++
			err = out.err
		case out.unchanged:
			sum.Unchanged++
		default:
			sum.Uploaded++
			sum.Bytes += out.bytes
		}
	}
	if werr := <-walked; werr != nil {
		return sum, fmt.Errorf("walk: %w", werr)
	}
	return sum, err
}

func (s *Syncer) one(ctx context.Context, fsys fs.FS, f file) outcome {
	if s.opts.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.opts.Timeout)
		defer cancel()
	}
	key := path.Join(s.opts.Prefix, f.name)
	size, err := s.up.Head(ctx, key)
	if err != nil {
		return outcome{err: err}
	}
	if size == f.size {
		return outcome{unchanged: true}
	}
	body, err := fsys.Open(f.name)
	if err != nil {
		return outcome{err: err}
	}
	defer body.Close()
	n, err := s.up.Put(ctx, key, body)
	return outcome{bytes: n, err: err}
}
