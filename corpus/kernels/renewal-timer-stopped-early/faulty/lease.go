// The goroutine makes the timer under the lock, and whoever ends it stops the timer without.
// want CT1105 CT1110
package lease

import (
	"sync"
	"time"
)

type Lease struct {
	mu    sync.Mutex
	timer *time.Timer
}

func (l *Lease) Expiry() <-chan time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer == nil {
		l.timer = time.NewTimer(time.Minute) // race: write
	}
	return l.timer.C
}

func (l *Lease) Extend(by time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timer != nil {
		l.timer.Reset(by)
	}
}

type Keeper struct {
	lease *Lease
	done  chan struct{}
}

func NewKeeper(lease *Lease) *Keeper {
	k := &Keeper{lease: lease, done: make(chan struct{})}
	go k.keep()
	return k
}

func (k *Keeper) keep() {
	expiry := k.lease.Expiry()
	for {
		select {
		case <-expiry:
			k.lease.Extend(time.Minute)
		case <-k.done:
			return
		}
	}
}

func (k *Keeper) Shutdown() {
	if k.lease.timer != nil { // race: read
		k.lease.timer.Stop()
	}
	close(k.done)
}
