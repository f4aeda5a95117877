// The controller works on a copy.

package podlabels

import (
	"fmt"
	"sync"
)

// Pod is one object of the watch.
type Pod struct {
	Namespace   string
	Name        string
	Phase       string
	Labels      map[string]string
	Annotations map[string]string
}

// Key names the pod in the store.
func (p *Pod) Key() string { return p.Namespace + "/" + p.Name }

// DeepCopy returns a pod that shares nothing with p.
func (p *Pod) DeepCopy() *Pod {
	out := *p
	out.Labels = copyMap(p.Labels)
	out.Annotations = copyMap(p.Annotations)
	return &out
}

func copyMap(in map[string]string) map[string]string {
	if in == nil {
		return nil
	}
	out := make(map[string]string, len(in))
	for k, v := range in {
		out[k] = v
	}
	return out
}

// EventHandler hears of changes of the store.
type EventHandler interface {
	OnAdd(p *Pod)
	OnUpdate(old, cur *Pod)
	OnDelete(p *Pod)
}

// Store is the last known state of all pods.
type Store struct {
	mu       sync.RWMutex
	items    map[string]*Pod
	handlers []EventHandler
}

func NewStore() *Store {
	return &Store{items: make(map[string]*Pod)}
}

func (s *Store) AddHandler(h EventHandler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers = append(s.handlers, h)
}

// Apply puts a pod from the watch into the store.
func (s *Store) Apply(p *Pod) {
	s.mu.Lock()
	old, had := s.items[p.Key()]
	s.items[p.Key()] = p
	handlers := s.handlers
	s.mu.Unlock()
	for _, h := range handlers {
		if had {
			h.OnUpdate(old, p)
		} else {
			h.OnAdd(p)
		}
	}
}

func (s *Store) Remove(key string) {
	s.mu.Lock()
	p, ok := s.items[key]
	delete(s.items, key)
	handlers := s.handlers
	s.mu.Unlock()
	if !ok {
		return
	}
	for _, h := range handlers {
		h.OnDelete(p)
	}
}

// Get returns the pod of the store. It must not be changed.
func (s *Store) Get(key string) (*Pod, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.items[key]
	if !ok {
		return nil, fmt.Errorf("pod %s not found", key)
	}
	return p, nil
}

// List returns all pods with the label.
func (s *Store) List(label, value string) []*Pod {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []*Pod
	for _, p := range s.items {
		if label == "" || p.Labels[label] == value {
			out = append(out, p)
		}
	}
	return out
}
