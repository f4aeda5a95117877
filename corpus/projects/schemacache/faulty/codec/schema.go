// A codec caches what it learned of a type in a map that is read before the lock is taken.
// want race

package codec

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// field is one column of a struct.
type field struct {
	name      string
	index     []int
	omitEmpty bool
	kind      reflect.Kind
}

// schema is what the codec knows of a struct type.
type schema struct {
	fields []field
	byName map[string]int
}

// schemas builds schemas and keeps them.
type schemas struct {
	tag string

	mu    sync.Mutex
	known map[reflect.Type]*schema
}

func newSchemas(tag string) *schemas {
	return &schemas{tag: tag, known: make(map[reflect.Type]*schema)}
}

// of returns the schema of a struct type.
func (s *schemas) of(t reflect.Type) (*schema, error) {
	if sc := s.known[t]; sc != nil { // race: read
		return sc, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if sc := s.known[t]; sc != nil {
		return sc, nil
	}
	sc, err := s.build(t)
	if err != nil {
		return nil, err
	}
	s.known[t] = sc // race: write
	return sc, nil
}

func (s *schemas) build(t reflect.Type) (*schema, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("codec: %s is no struct", t)
	}
	sc := &schema{byName: make(map[string]int)}
	for _, f := range reflect.VisibleFields(t) {
		if !f.IsExported() || f.Anonymous {
			continue
		}
		name, opts, _ := strings.Cut(f.Tag.Get(s.tag), ",")
		if name == "-" {
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		if _, dup := sc.byName[name]; dup {
			return nil, fmt.Errorf("codec: %s has two fields %q", t, name)
		}
		sc.byName[name] = len(sc.fields)
		sc.fields = append(sc.fields, field{
			name:      name,
			index:     f.Index,
			omitEmpty: strings.Contains(opts, "omitempty"),
			kind:      f.Type.Kind(),
		})
	}
	return sc, nil
}
