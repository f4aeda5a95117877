// Writers and readers of one map take different mutexes.
package main

import "sync"

type Routes struct {
	writeMu sync.Mutex
	readMu  sync.Mutex
	table   map[string]string
}

func (r *Routes) Add(path, service string) {
	r.writeMu.Lock()
	defer r.writeMu.Unlock()
	r.table[path] = service
}

func (r *Routes) Lookup(path string) string {
	r.writeMu.Lock()
	defer r.writeMu.Unlock()
	return r.table[path]
}

func main() {
	routes := &Routes{table: map[string]string{}}
	done := make(chan bool)
	go func() {
		for _, path := range []string{"/a", "/b", "/c"} {
			routes.Add(path, "service")
		}
		done <- true
	}()
	for range 3 {
		routes.Lookup("/a")
	}
	<-done
}
