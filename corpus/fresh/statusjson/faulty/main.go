// The status endpoint marshals the live struct, so the encoder reads fields that the sync loop changes under the lock.
// want race

package main

import (
	"encoding/json"
	"fmt"
	"sync"
)

type Progress struct {
	Repo   string `json:"repo"`
	Done   int    `json:"done"`
	Failed int    `json:"failed"`
}

type Mirror struct {
	mu sync.Mutex
	p  Progress
}

func (m *Mirror) step(ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ok {
		m.p.Done++ // race: write
	} else {
		m.p.Failed++ // race: write
	}
}

func (m *Mirror) run(objects int, finished chan<- struct{}) {
	for i := range objects {
		m.step(i%9 != 0)
	}
	close(finished)
}

func (m *Mirror) progress() *Progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &m.p
}

func (m *Mirror) StatusJSON() ([]byte, error) {
	return json.Marshal(m.progress()) // race: read
}

func main() {
	m := &Mirror{p: Progress{Repo: "git.example/infra"}}
	finished := make(chan struct{})
	go m.run(3000, finished)
	bad := 0
	for range 100 {
		if _, err := m.StatusJSON(); err != nil {
			bad++
		}
	}
	<-finished
	b, err := m.StatusJSON()
	fmt.Println(string(b), err, bad)
}
