// Devices are found under a read lock; their last-seen time is then set by each packet's goroutine.
package main

import (
	"sync"
	"sync/atomic"
)

type Device struct {
	Addr string
	Seen atomic.Int64
}

type Fleet struct {
	mu      sync.RWMutex
	devices map[string]*Device
}

func (f *Fleet) Get(addr string) *Device {
	f.mu.RLock()
	if d, ok := f.devices[addr]; ok {
		f.mu.RUnlock()
		return d
	}
	f.mu.RUnlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	d, ok := f.devices[addr]
	if !ok {
		d = &Device{Addr: addr}
		f.devices[addr] = d
	}
	return d
}

type packet struct {
	from string
	at   int64
}

func receive(f *Fleet, p packet) {
	d := f.Get(p.from)
	for seen := d.Seen.Load(); seen < p.at; seen = d.Seen.Load() {
		if d.Seen.CompareAndSwap(seen, p.at) {
			break
		}
	}
}

func main() {
	fleet := &Fleet{devices: map[string]*Device{}}
	var in sync.WaitGroup
	for at := range int64(30) {
		in.Add(1)
		go func() {
			defer in.Done()
			receive(fleet, packet{"b8:27:eb", at})
		}()
	}
	in.Wait()
}
