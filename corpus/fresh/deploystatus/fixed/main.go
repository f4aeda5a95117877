// The status string is in an atomic.Value.

package main

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

type Rollout struct {
	app    string
	hosts  []string
	status atomic.Value
	done   chan error
}

func (r *Rollout) Start() {
	r.done = make(chan error, 1)
	go func() {
		for i, h := range r.hosts {
			r.step(i, h)
		}
		r.done <- nil
	}()
}

func (r *Rollout) step(i int, host string) {
	for _, phase := range []string{"drain", "install", "restart"} {
		r.status.Store(fmt.Sprintf("[%d/%d] %s %s", i+1, len(r.hosts), phase, host))
		time.Sleep(20 * time.Microsecond)
	}
}

func (r *Rollout) line() string {
	s, _ := r.status.Load().(string)
	return r.app + ": " + s
}

func follow(r *Rollout) (shown int, err error) {
	t := time.NewTicker(15 * time.Microsecond)
	defer t.Stop()
	last := ""
	for {
		select {
		case err = <-r.done:
			return shown, err
		case <-t.C:
			if ln := r.line(); ln != last && !strings.HasSuffix(ln, ": ") {
				last = ln
				shown++
			}
		}
	}
}

func main() {
	r := &Rollout{app: "shop"}
	for i := range 40 {
		r.hosts = append(r.hosts, fmt.Sprintf("web-%02d", i))
	}
	r.Start()
	n, err := follow(r)
	fmt.Println(n >= 0, err)
}
