// The status page encodes the live map while probes store their results.
package main

import (
	"encoding/json"
	"io"
	"sync"
)

type Status struct {
	Version string            `json:"version"`
	Checks  map[string]string `json:"checks"`
}

type Monitor struct {
	sync.Mutex
	status Status
}

func (m *Monitor) Record(check, result string) {
	m.Lock()
	defer m.Unlock()
	m.status.Checks[check] = result
}

func (m *Monitor) Render(out io.Writer) error {
	m.Lock()
	defer m.Unlock()
	return json.NewEncoder(out).Encode(m.status)
}

func probe(m *Monitor, name string, rounds int) {
	for i := range rounds {
		if i%2 == 0 {
			m.Record(name, "up")
		} else {
			m.Record(name, "down")
		}
	}
}

func main() {
	m := &Monitor{status: Status{Version: "1.4", Checks: map[string]string{}}}
	var wg sync.WaitGroup
	for _, name := range []string{"db", "queue", "disk"} {
		wg.Go(func() { probe(m, name, 50) })
	}
	for range 10 {
		if err := m.Render(io.Discard); err != nil {
			panic(err)
		}
	}
	wg.Wait()
}
