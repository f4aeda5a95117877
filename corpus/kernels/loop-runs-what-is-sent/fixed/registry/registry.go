// Package registry keeps plugins. One goroutine loads and unloads them, as it is told.
package registry

// A Plugin is loaded once.
type Plugin struct {
	Name string
	Hits int
}

type request struct {
	run  func()
	done chan struct{}
}

// A Registry knows the plugins that are loaded.
type Registry struct {
	requests chan request
	plugins  map[string]*Plugin
}

// New returns an empty registry.
func New() *Registry {
	r := &Registry{
		requests: make(chan request),
		plugins:  map[string]*Plugin{},
	}
	go func() {
		for request := range r.requests {
			request.run()
			close(request.done)
		}
	}()
	return r
}

func (r *Registry) do(run func()) {
	done := make(chan struct{})
	r.requests <- request{run, done}
	<-done
}

// Load loads a plugin.
func (r *Registry) Load(name string) {
	r.do(func() {
		if _, ok := r.plugins[name]; !ok {
			r.plugins[name] = &Plugin{Name: name}
		}
	})
}

// Unload takes a plugin out.
func (r *Registry) Unload(name string) {
	r.do(func() {
		delete(r.plugins, name)
	})
}

// Names lists the plugins.
func (r *Registry) Names() []string {
	var names []string
	r.do(func() {
		for name := range r.plugins {
			names = append(names, name)
		}
	})
	return names
}
