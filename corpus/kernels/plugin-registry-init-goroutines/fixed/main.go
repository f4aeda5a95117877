// Plugins register themselves from goroutines that the loader starts.
package main

import (
	"errors"
	"sync"
)

type Plugin interface{ Name() string }

type plain string

func (p plain) Name() string { return string(p) }

var registryMu sync.Mutex

var registry = map[string]Plugin{}

func Register(p Plugin) {
	registryMu.Lock()
	defer registryMu.Unlock()
	registry[p.Name()] = p
}

func load(name string) error {
	if name == "" {
		return errors.New("no name")
	}
	Register(plain(name))
	return nil
}

func loadAll(names []string) error {
	failures := make(chan error)
	for _, name := range names {
		go func() { failures <- load(name) }()
	}
	var all error
	for range names {
		all = errors.Join(all, <-failures)
	}
	return all
}

func main() {
	if err := loadAll([]string{"tar", "zip", "zstd", "lz4"}); err != nil {
		panic(err)
	}
}
