package controller

import (
	"errors"
	"time"
)

// ErrNotFound is returned by an Inventory for nodes that are gone.
var ErrNotFound = errors.New("not found")

// Node is one machine.
type Node struct {
	Name    string
	Owner   string
	Address string
	Version int
}

// Inventory is where nodes come from.
type Inventory interface {
	Get(name string) (*Node, error)
	List() []string
}

// Options configures a Controller.
type Options struct {
	Workers int
	Resync  time.Duration
}

func (o *Options) complete() {
	if o.Workers <= 0 {
		o.Workers = 1
	}
	if o.Resync <= 0 {
		o.Resync = time.Hour
	}
}
