package podlabels

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

const injectedKey = "sidecar.example.com/injected"

// Updater writes pods back to the API.
type Updater interface {
	Update(ctx context.Context, p *Pod) error
}

// Injector marks running pods that have got their sidecar.
type Injector struct {
	store   *Store
	api     Updater
	queue   chan string
	workers int
	log     *slog.Logger
	now     func() time.Time
}

type Option func(*Injector)

func WithWorkers(n int) Option { return func(i *Injector) { i.workers = n } }

func WithClock(now func() time.Time) Option { return func(i *Injector) { i.now = now } }

func NewInjector(store *Store, api Updater, opts ...Option) *Injector {
	i := &Injector{
		store:   store,
		api:     api,
		queue:   make(chan string, 128),
		workers: 2,
		log:     slog.Default(),
		now:     time.Now,
	}
	for _, o := range opts {
		o(i)
	}
	store.AddHandler(i)
	return i
}

func (i *Injector) OnAdd(p *Pod)         { i.enqueue(p) }
func (i *Injector) OnUpdate(_, cur *Pod) { i.enqueue(cur) }
func (i *Injector) OnDelete(*Pod)        {}

func (i *Injector) enqueue(p *Pod) {
	if p.Phase != "Running" {
		return
	}
	select {
	case i.queue <- p.Key():
	default:
		i.log.Warn("queue is full", "pod", p.Key())
	}
}

// Start runs the workers until ctx is done.
func (i *Injector) Start(ctx context.Context) {
	for range i.workers {
		go i.worker(ctx)
	}
}

func (i *Injector) worker(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case key := <-i.queue:
			if err := i.sync(ctx, key); err != nil {
				i.log.Error("sync failed", "pod", key, "err", err)
			}
		}
	}
}

func (i *Injector) sync(ctx context.Context, key string) error {
	cached, err := i.store.Get(key)
	if err != nil {
		return err
	}
	pod := cached.DeepCopy()
	if pod.Annotations == nil {
		pod.Annotations = make(map[string]string)
	}
	if _, done := pod.Annotations[injectedKey]; done {
		return nil
	}
	pod.Annotations[injectedKey] = i.now().UTC().Format(time.RFC3339)
	if err := i.api.Update(ctx, pod); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	return nil
}
