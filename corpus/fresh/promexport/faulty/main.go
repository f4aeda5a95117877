// Observe guards the series map with the family's write mutex but Gather walks it under another mutex.
// want race

package main

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
)

type Family struct {
	Name string

	dataMu sync.Mutex
	series map[string]float64

	scrapeMu sync.Mutex
	scrapes  int
}

func NewFamily(name string) *Family {
	return &Family{Name: name, series: map[string]float64{}}
}

func (f *Family) Observe(labels string, v float64) {
	f.dataMu.Lock()
	defer f.dataMu.Unlock()
	f.series[labels] += v // race: write
}

func (f *Family) Gather() []string {
	f.scrapeMu.Lock()
	defer f.scrapeMu.Unlock()
	f.scrapes++
	var out []string
	for l, v := range f.series { // race: read
		out = append(out, fmt.Sprintf("%s{%s} %g", f.Name, l, v))
	}
	sort.Strings(out)
	return out
}

type Registry struct{ fams []*Family }

func (r *Registry) Expose(w io.Writer) {
	for _, f := range r.fams {
		for _, ln := range f.Gather() {
			fmt.Fprintln(w, ln)
		}
	}
}

func main() {
	lat := NewFamily("http_seconds_sum")
	reg := &Registry{fams: []*Family{lat}}
	var wg sync.WaitGroup
	for _, route := range []string{"/", "/login"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 100 {
				lat.Observe(fmt.Sprintf("route=%q,code=%d", route, 200+i%3), 0.01)
			}
		}()
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		for range 20 {
			reg.Expose(io.Discard)
		}
	}()
	wg.Wait()
	var sb strings.Builder
	reg.Expose(&sb)
	fmt.Println(strings.Count(sb.String(), "\n"))
}
