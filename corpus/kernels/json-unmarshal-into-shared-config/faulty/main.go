// A file watcher unmarshals into the configuration that the requests read.
// want CT1002 CT1105 CT1110 CT1112
package main

import (
	"encoding/json"
	"strconv"
	"sync"
)

type settings struct {
	Region string
	Limits map[string]int
}

type app struct{ current *settings }

func (a *app) reload(file []byte) error {
	return json.Unmarshal(file, a.current) // race: write
}

func (a *app) limit(what string) int {
	return a.current.Limits[what] // race: read
}

func main() {
	a := &app{current: &settings{Limits: map[string]int{"cpu": 1}}}
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
