// Downloads note how far they are in a map that the progress line goes through.
// want race

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"sync"
)

// Options configures a Manager.
type Options struct {
	Dir      string
	Parallel int
	Client   *http.Client
}

// Manager loads files.
type Manager struct {
	opts     Options
	progress *Progress
}

func NewManager(opts Options, p *Progress) *Manager {
	if opts.Parallel < 1 {
		opts.Parallel = 3
	}
	if opts.Client == nil {
		opts.Client = http.DefaultClient
	}
	return &Manager{opts: opts, progress: p}
}

// Fetch loads all addresses and returns the errors of those that failed.
func (m *Manager) Fetch(ctx context.Context, urls []string) error {
	tasks := make(chan string)
	errs := make(chan error, len(urls))
	var wg sync.WaitGroup
	for range m.opts.Parallel {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for url := range tasks {
				if err := m.fetch(ctx, url); err != nil {
					errs <- fmt.Errorf("%s: %w", url, err)
				}
			}
		}()
	}
	for _, url := range urls {
		tasks <- url
	}
	close(tasks)
	wg.Wait()
	close(errs)
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	return errors.Join(all...)
}

func (m *Manager) fetch(ctx context.Context, url string) (err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := m.opts.Client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	name := path.Base(req.URL.Path)
	f, err := os.Create(filepath.Join(m.opts.Dir, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := m.progress.Track(name, resp.ContentLength)
	_, err = io.Copy(f, io.TeeReader(resp.Body, w))
	return err
}
