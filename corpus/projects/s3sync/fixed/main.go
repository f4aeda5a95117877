// Uploads send their outcome over a channel, and one goroutine adds up.

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	var opts Options
	dry := flag.Bool("n", false, "only say what would be done")
	flag.IntVar(&opts.Parallel, "j", 4, "parallel uploads")
	flag.StringVar(&opts.Prefix, "prefix", "", "prefix of the keys")
	flag.DurationVar(&opts.Timeout, "timeout", time.Minute, "time for one file")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: s3sync [flags] FROM TO")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	var up Uploader = dirUploader{flag.Arg(1)}
	if *dry {
		up = printUploader{os.Stdout}
	}
	sum, err := NewSyncer(up, opts).Sync(ctx, os.DirFS(flag.Arg(0)))
	fmt.Printf("%d uploaded (%d bytes), %d unchanged, %d failed\n", sum.Uploaded, sum.Bytes, sum.Unchanged, sum.Failed)
	if err != nil {
		fmt.Fprintln(os.Stderr, "s3sync:", err)
		os.Exit(1)
	}
}

type dirUploader struct{ root string }

func (d dirUploader) Head(_ context.Context, key string) (int64, error) {
	st, err := os.Stat(filepath.Join(d.root, key))
	if errors.Is(err, os.ErrNotExist) {
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

func (d dirUploader) Put(_ context.Context, key string, body io.Reader) (int64, error) {
	name := filepath.Join(d.root, key)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return 0, err
	}
	f, err := os.Create(name)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(f, body)
	return n, errors.Join(err, f.Close())
}

type printUploader struct{ w io.Writer }

func (printUploader) Head(context.Context, string) (int64, error) { return -1, nil }

func (p printUploader) Put(_ context.Context, key string, _ io.Reader) (int64, error) {
	_, err := fmt.Fprintln(p.w, "put", key)
	return 0, err
}
