// Two scrapes at once: each resets and refills the exporter's map of the last samples.
// want CT1007 CT1001 CT1002 CT1003
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
)

type exporter struct {
	last    map[string]float64
	sources []func() (string, float64)
}

func (e *exporter) collect() {
	clear(e.last) // race: write
	for _, source := range e.sources {
		name, value := source()
		e.last[name] = value // race: write
	}
}

func (e *exporter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.collect()
	for name, value := range e.last { // race: read
		fmt.Fprintf(w, "%s %g\n", name, value)
	}
}

func main() {
	e := &exporter{last: map[string]float64{}}
	for i := range 5 {
		e.sources = append(e.sources, func() (string, float64) {
			return fmt.Sprintf("fan_%d_rpm", i), 1200
		})
	}
	server := httptest.NewServer(e)
	defer server.Close()
	var scrapers sync.WaitGroup
	for range 4 {
		scrapers.Add(1)
		go func() {
			defer scrapers.Done()
			for range 5 {
				res, err := server.Client().Get(server.URL)
				if err == nil {
					res.Body.Close()
				}
			}
		}()
	}
	scrapers.Wait()
}
