package driverreg

import (
	"context"
	"fmt"
	"sync"
)

// Job names an object and where it shall go.
type Job struct {
	From, To string
	Key      string
}

// CopyAll copies objects between buckets, several at a time, and returns the first error.
func CopyAll(ctx context.Context, jobs []Job, parallel int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		wg    sync.WaitGroup
		once  sync.Once
		first error
	)
	slots := make(chan struct{}, parallel)
	for _, job := range jobs {
		slots <- struct{}{}
		wg.Add(1)
		go func() {
			defer wg.Done()
			defer func() { <-slots }()
			if err := copyOne(ctx, job); err != nil {
				once.Do(func() {
					first = fmt.Errorf("copy %s: %w", job.Key, err)
					cancel()
				})
			}
		}()
	}
	wg.Wait()
	return first
}

func copyOne(ctx context.Context, job Job) error {
	src, err := Open(ctx, job.From)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := Open(ctx, job.To)
	if err != nil {
		return err
	}
	defer dst.Close()
	body, err := src.Read(ctx, job.Key)
	if err != nil {
		return err
	}
	defer body.Close()
	return dst.Write(ctx, job.Key, body)
}
