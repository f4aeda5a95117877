// A file watcher unmarshals into the configuration that the requests read.
package main

import (
	"encoding/json"
	"strconv"
	"sync"
	"sync/atomic"
)

type settings struct {
	Region string
	Limits map[string]int
}

type app struct{ current atomic.Pointer[settings] }

func (a *app) reload(file []byte) error {
	next := new(settings)
	if err := json.Unmarshal(file, next); err != nil {
		return err
	}
	a.current.Store(next)
	return nil
}

func (a *app) limit(what string) int {
	return a.current.Load().Limits[what]
}

func main() {
	a := &app{}
	a.current.Store(&settings{Limits: map[string]int{"cpu": 1}})
	var watcher sync.WaitGroup
	watcher.Go(func() {
		for i := range 100 {
			if err := a.reload([]byte(`{"Limits":{"cpu":` + strconv.Itoa(i) + `}}`)); err != nil {
				panic(err)
			}
		}
	})
	for range 200 {
		a.limit("cpu")
	}
	watcher.Wait()
}
