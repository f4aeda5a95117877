// The functions handed to a group keep the best offer in a variable of the caller.
package main

import "sync"

type group struct {
	wg   sync.WaitGroup
	once sync.Once
	err  error
}

func (g *group) Go(do func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := do(); err != nil {
			g.once.Do(func() { g.err = err })
		}
	}()
}

func (g *group) Wait() error {
	g.wg.Wait()
	return g.err
}

type shop struct{ price int }

func (s shop) offer(item string) (int, error) { return s.price + len(item), nil }

func cheapest(shops []shop, item string) (int, error) {
	var g group
	var mu sync.Mutex
	best := 1 << 30
	for _, s := range shops {
		g.Go(func() error {
			price, err := s.offer(item)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if price < best {
				best = price
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	return best, nil
}

func main() {
	if best, _ := cheapest([]shop{{9}, {5}, {7}}, "pen"); best != 8 {
		panic("wrong price")
	}
}
