// Package members keeps a list of the nodes of a cluster by gossip.
package members

import (
	"context"
	"log"
	"sort"
	"sync"
	"time"
)

type State int

const (
	Alive State = iota
	Suspect
	Dead
)

func (s State) String() string { return [...]string{"alive", "suspect", "dead"}[s] }

// Update is what nodes tell each other.
type Update struct {
	Name        string
	Incarnation uint64
	State       State
	Meta        string
}

// Member is one node.
type Member struct {
	Name        string
	Incarnation uint64
	State       State
	Meta        string
	Heard       time.Time
}

// Transport carries updates.
type Transport interface {
	Broadcast([]Update) error
	Receive(ctx context.Context) ([]Update, error)
}

type Config struct {
	Name      string
	Interval  time.Duration
	Transport Transport
	OnJoin    func(Member)
}

// List is the member list of one node.
type List struct {
	cfg Config

	mu    sync.RWMutex
	nodes []*Member
	index map[string]*Member
	inc   uint64
	meta  string
}

func New(cfg Config) *List {
	if cfg.OnJoin == nil {
		cfg.OnJoin = func(Member) {}
	}
	return &List{cfg: cfg, index: make(map[string]*Member)}
}

// Members returns copies of the nodes that are not dead, sorted by name.
func (l *List) Members() []Member {
	l.mu.RLock()
	out := make([]Member, 0, len(l.nodes))
	for _, m := range l.nodes {
		if m.State != Dead {
			out = append(out, *m)
		}
	}
	l.mu.RUnlock()
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// SetMeta changes what this node tells of itself.
func (l *List) SetMeta(meta string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inc++
	l.meta = meta
}

// Run gossips until ctx is done.
func (l *List) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { l.receive(ctx) })
	t := time.NewTicker(l.cfg.Interval)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			wg.Wait()
			return
		case now := <-t.C:
			l.expire(now)
			if err := l.cfg.Transport.Broadcast(l.updates()); err != nil {
				log.Printf("broadcast: %v", err)
			}
		}
	}
}

func (l *List) receive(ctx context.Context) {
	for {
		updates, err := l.cfg.Transport.Receive(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			log.Printf("receive: %v", err)
			continue
		}
		for _, u := range updates {
			if u.Name != l.cfg.Name {
				l.merge(u)
			}
		}
	}
}

func (l *List) merge(u Update) {
	l.mu.Lock()
	m, known := l.index[u.Name]
	if !known {
		m = &Member{Name: u.Name}
		l.index[u.Name] = m
		l.nodes = append(l.nodes, m)
	}
	m.Heard = time.Now()
	if u.Incarnation > m.Incarnation || !known {
		m.Incarnation = u.Incarnation
		m.State = u.State
		m.Meta = u.Meta
	}
	joined := *m
	l.mu.Unlock()
	if !known {
		l.cfg.OnJoin(joined)
	}
}

func (l *List) expire(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.nodes {
		switch silent := now.Sub(m.Heard); {
		case silent > 10*l.cfg.Interval:
			m.State = Dead
		case silent > 3*l.cfg.Interval:
			m.State = Suspect
		}
	}
}

func (l *List) updates() []Update {
	l.mu.RLock()
	defer l.mu.RUnlock()
	out := []Update{{Name: l.cfg.Name, Incarnation: l.inc, Meta: l.meta}}
	for _, m := range l.nodes {
		out = append(out, Update{Name: m.Name, Incarnation: m.Incarnation, State: m.State, Meta: m.Meta})
	}
	return out
}
