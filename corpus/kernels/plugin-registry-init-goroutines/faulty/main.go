// Plugins register themselves from goroutines that the loader starts.
// want CT1001 CT1106 CT1007
package main

import (
	"errors"
)

type Plugin interface{ Name() string }

type plain string

func (p plain) Name() string { return string(p) }

var registry = map[string]Plugin{}

func Register(p Plugin) {
	registry[p.Name()] = p // race: write
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
