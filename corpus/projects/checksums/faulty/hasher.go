// The workers of a pool put their results into one map.
// want race

package checksums

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"
)

// Options configures a Hasher.
type Options struct {
	Workers int
	MaxSize int64
	Skip    func(path string) bool
}

// Hasher computes the checksums of the files of a tree.
type Hasher struct {
	files fs.FS
	opts  Options
	sums  map[string]string
	bytes atomic.Int64

	mu   sync.Mutex
	errs []error
}

func NewHasher(files fs.FS, opts Options) *Hasher {
	if opts.Workers < 1 {
		opts.Workers = 4
	}
	if opts.Skip == nil {
		opts.Skip = func(string) bool { return false }
	}
	return &Hasher{files: files, opts: opts, sums: make(map[string]string)}
}

// Run hashes all files below root.
func (h *Hasher) Run(ctx context.Context, root string) (*Manifest, error) {
	paths := make(chan string)
	var wg sync.WaitGroup
	wg.Add(h.opts.Workers)
	for i := 0; i < h.opts.Workers; i++ {
		go func() {
			defer wg.Done()
			for path := range paths {
				if err := h.hash(path); err != nil {
					h.fail(path, err)
				}
			}
		}()
	}
	err := h.walk(ctx, root, paths)
	close(paths)
	wg.Wait()
	if err != nil {
		return nil, err
	}
	return &Manifest{Sums: h.sums, Bytes: h.bytes.Load(), Errors: h.errs}, nil
}

func (h *Hasher) walk(ctx context.Context, root string, paths chan<- string) error {
	return fs.WalkDir(h.files, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			h.fail(path, err)
			return nil
		}
		if h.opts.Skip(path) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		select {
		case paths <- path:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

func (h *Hasher) hash(path string) error {
	f, err := h.files.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if h.opts.MaxSize > 0 {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		if info.Size() > h.opts.MaxSize {
			return fmt.Errorf("%d bytes are too many", info.Size())
		}
	}
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	if err != nil {
		return err
	}
	h.bytes.Add(n)
	h.sums[path] = hex.EncodeToString(sum.Sum(nil)) // race: write
	return nil
}

func (h *Hasher) fail(path string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.errs = append(h.errs, fmt.Errorf("%s: %w", path, err))
}
