// Each tenant has a map of limits inside a guarded map; an admin call changes the inner map unlocked.
package main

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
)

type limits = map[string]int

type tenants struct {
	mu   sync.RWMutex
	byID map[string]limits
}

func (t *tenants) of(id string) limits {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byID[id]
}

func (t *tenants) put(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	own := t.of(r.PathValue("id"))
	t.mu.Lock()
	defer t.mu.Unlock()
	own[r.FormValue("what")] = n
}

func (t *tenants) get(w http.ResponseWriter, r *http.Request) {
	own := t.of(r.PathValue("id"))
	t.mu.RLock()
	defer t.mu.RUnlock()
	w.Write(strconv.AppendInt(nil, int64(own[r.FormValue("what")]), 10))
}

func main() {
	t := &tenants{byID: map[string]limits{"acme": {"cpu": 1}}}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /tenants/{id}", t.put)
	mux.HandleFunc("GET /tenants/{id}", t.get)
	var calls sync.WaitGroup
	for i := range 20 {
		calls.Add(1)
		go func() {
			defer calls.Done()
			method := http.MethodGet
			if i%3 == 0 {
				method = http.MethodPut
			}
			req := httptest.NewRequest(method, "/tenants/acme?what=cpu&n="+strconv.Itoa(i), nil)
			mux.ServeHTTP(httptest.NewRecorder(), req)
		}()
	}
	calls.Wait()
}
