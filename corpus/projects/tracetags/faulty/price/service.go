package price

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.com/projects/tracetags/faulty/trace"
)

// Offer is the price that a backend wants.
type Offer struct {
	Backend string
	Cents   int64
}

// Backend makes offers.
type Backend interface {
	Name() string
	Price(ctx context.Context, product string) (int64, error)
}

// ErrNoOffer is returned if no backend answers.
var ErrNoOffer = errors.New("no offer")

// Service asks all backends and takes the best offer.
type Service struct {
	backends []Backend
	timeout  time.Duration
}

// NewService returns a service.
func NewService(timeout time.Duration, backends ...Backend) *Service {
	return &Service{backends: backends, timeout: timeout}
}

// Best returns the lowest price of a product.
func (s *Service) Best(ctx context.Context, product string) (Offer, error) {
	ctx, end := trace.Start(ctx, "price.best")
	defer end()
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()

	offers := make(chan Offer, len(s.backends))
	var wg sync.WaitGroup
	for _, b := range s.backends {
		wg.Add(1)
		go func(b Backend) {
			defer wg.Done()
			cents, err := s.ask(ctx, b, product)
			if err != nil {
				return
			}
			offers <- Offer{Backend: b.Name(), Cents: cents}
		}(b)
	}
	wg.Wait()
	close(offers)

	var best Offer
	for o := range offers {
		if best.Backend == "" || o.Cents < best.Cents {
			best = o
		}
	}
	if best.Backend == "" {
		return Offer{}, fmt.Errorf("%s: %w", product, ErrNoOffer)
	}
	return best, nil
}

func (s *Service) ask(ctx context.Context, b Backend, product string) (int64, error) {
	start := time.Now()
	cents, err := b.Price(ctx, product)
	trace.Tag(ctx, b.Name()+".took", time.Since(start))
	if err != nil {
		trace.Tag(ctx, b.Name()+".error", err.Error())
		return 0, err
	}
	return cents, nil
}
