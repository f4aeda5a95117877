// Two collectors merge their labels into one map with maps.Copy.
package main

import (
	"maps"
	"sync"
)

type labels map[string]string

type resource struct {
	mu     sync.Mutex
	labels labels
}

func (r *resource) merge(found labels) {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.Copy(r.labels, found)
}

type detector func() labels

func detect(r *resource, detectors ...detector) {
	var all sync.WaitGroup
	all.Add(len(detectors))
	for _, d := range detectors {
		go func() {
			defer all.Done()
			r.merge(d())
		}()
	}
	all.Wait()
}

func main() {
	for range 50 {
		r := &resource{labels: labels{}}
		host := func() labels { return labels{"host.name": "n1", "host.arch": "arm64"} }
		cloud := func() labels { return labels{"cloud.region": "eu-1"} }
		detect(r, host, cloud, host)
	}
}
