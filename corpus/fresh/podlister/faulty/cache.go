package main

import "sync"

type Pod struct {
	Name, Node string
	Phase      string
	Restarts   int
}

func (p *Pod) DeepCopy() *Pod {
	c := *p
	return &c
}

type Lister struct {
	mu   sync.RWMutex
	pods map[string]*Pod
}

func (l *Lister) Get(name string) (*Pod, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	p, ok := l.pods[name]
	return p, ok
}

func (l *Lister) Update(p *Pod) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pods[p.Name] = p
}

func (l *Lister) OnNode(node string) (out []*Pod) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, p := range l.pods {
		if p.Node == node {
			out = append(out, p)
		}
	}
	return out
}
