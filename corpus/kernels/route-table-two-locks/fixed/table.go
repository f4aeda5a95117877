package main

import "sync"

type route struct {
	gateway string
	metric  int
}

type table struct {
	mu     sync.Mutex
	routes map[string]route
}

func (t *table) install(prefix string, r route) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if old, ok := t.routes[prefix]; !ok || r.metric < old.metric {
		t.routes[prefix] = r
	}
}

func (t *table) get(prefix string) (route, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.routes[prefix]
	return r, ok
}
