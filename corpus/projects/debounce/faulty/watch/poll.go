package watch

import (
	"context"
	"io/fs"
	"strings"
	"time"
)

// Poller compares times of files.
type Poller struct {
	fsys  fs.FS
	every time.Duration
	times map[string]time.Time
}

func NewPoller(fsys fs.FS, every time.Duration) *Poller {
	return &Poller{fsys: fsys, every: every, times: make(map[string]time.Time)}
}

// Changes returns the names of files that change, until ctx is done.
func (p *Poller) Changes(ctx context.Context) <-chan string {
	out := make(chan string)
	go func() {
		defer close(out)
		t := time.NewTicker(p.every)
		defer t.Stop()
		for {
			for _, name := range p.scan() {
				select {
				case out <- name:
				case <-ctx.Done():
					return
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-t.C:
			}
		}
	}()
	return out
}

// scan returns what is new or changed.
func (p *Poller) scan() []string {
	var changed []string
	_ = fs.WalkDir(p.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if d.IsDir() {
			if name != "." && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			return nil
		}
		if info, err := d.Info(); err == nil && !info.ModTime().Equal(p.times[name]) {
			p.times[name] = info.ModTime()
			changed = append(changed, name)
		}
		return nil
	})
	return changed
}
