// The lock guards the lookup; what was looked up is changed after it is released.
// want CT1008 CT1105
package main

import "sync"

type tenant struct {
	name  string
	quota int
}

type Tenants struct {
	mu   sync.Mutex
	byID map[int]*tenant
}

func (t *Tenants) get(id int) *tenant {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byID[id]
}

func (t *Tenants) setQuota(id, quota int) {
	t.get(id).quota = quota // race: write
}

func (t *Tenants) allowed(id, used int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return used < t.byID[id].quota // race: read
}

func main() {
	tenants := &Tenants{byID: map[int]*tenant{1: {"acme", 5}}}
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		defer wg.Done()
		for quota := range 20 {
			tenants.setQuota(1, quota)
		}
	}()
	go func() {
		defer wg.Done()
		for used := range 20 {
			tenants.allowed(1, used)
		}
	}()
	wg.Wait()
}
