// Two collectors merge their labels into one map with maps.Copy.
// want CT1001
package main

import (
	"maps"
	"sync"
)

type labels map[string]string

type resource struct {
	labels labels
}

func (r *resource) merge(found labels) {
	maps.Copy(r.labels, found) // race: write
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
