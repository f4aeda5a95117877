// Children of a trace append their spans to the parent's slice when they end.
// want CT1104 CT1105
package main

import "sync"

type span struct {
	name     string
	parent   *span
	children []*span
}

func (s *span) child(name string) *span { return &span{name: name, parent: s} }

func (s *span) end() {
	if p := s.parent; p != nil {
		p.children = append(p.children, s) // race: write
	}
}

func traced(parent *span, name string, do func(*span)) {
	s := parent.child(name)
	defer s.end()
	do(s)
}

func main() {
	root := &span{name: "GET /"}
	var queries sync.WaitGroup
	for _, table := range []string{"users", "orders", "items"} {
		queries.Add(1)
		go traced(root, "select "+table, func(s *span) {
			defer queries.Done()
			traced(s, "scan", func(*span) {})
		})
	}
	queries.Wait()
}
