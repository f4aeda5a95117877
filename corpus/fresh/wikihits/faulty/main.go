// View takes the page pointer under the lock but raises its view count after the lock is let go.
// want race

package main

import (
	"fmt"
	"sort"
	"sync"
)

type page struct {
	slug  string
	body  string
	views int
}

type Wiki struct {
	mu    sync.Mutex
	pages map[string]*page
}

func (w *Wiki) Save(slug, body string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p, ok := w.pages[slug]; ok {
		p.body = body
		return
	}
	w.pages[slug] = &page{slug: slug, body: body}
}

func (w *Wiki) View(slug string) (string, bool) {
	w.mu.Lock()
	p, ok := w.pages[slug]
	if !ok {
		w.mu.Unlock()
		return "", false
	}
	body := p.body
	w.mu.Unlock()
	p.views++ // race: write
	return body, true
}

func (w *Wiki) Popular(n int) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	ps := make([]*page, 0, len(w.pages))
	for _, p := range w.pages {
		ps = append(ps, p)
	}
	sort.Slice(ps, func(i, j int) bool {
		return ps[i].views > ps[j].views // race: read
	})
	var out []string
	for _, p := range ps[:min(n, len(ps))] {
		out = append(out, p.slug)
	}
	return out
}

func main() {
	w := &Wiki{pages: map[string]*page{}}
	for _, s := range []string{"home", "faq", "about"} {
		w.Save(s, "# "+s)
	}
	var wg sync.WaitGroup
	reader := func(slugs ...string) {
		defer wg.Done()
		for i := range 300 {
			w.View(slugs[i%len(slugs)])
		}
	}
	wg.Add(3)
	go reader("home", "faq")
	go reader("home", "about")
	go func() {
		defer wg.Done()
		for range 100 {
			w.Popular(2)
		}
	}()
	wg.Wait()
	fmt.Println(w.Popular(1))
}
