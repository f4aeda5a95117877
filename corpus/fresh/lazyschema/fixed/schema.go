package main

import (
	"strings"
	"sync"
	"sync/atomic"
)

type Schema struct {
	required []string
}

func compile(src string) *Schema {
	s := &Schema{}
	for _, f := range strings.Split(src, ",") {
		if n, ok := strings.CutSuffix(strings.TrimSpace(f), "!"); ok {
			s.required = append(s.required, n)
		}
	}
	return s
}

type Validator struct {
	Source string

	mu     sync.Mutex
	schema atomic.Pointer[Schema]
}

func (v *Validator) compiled() *Schema {
	if s := v.schema.Load(); s != nil {
		return s
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.schema.Load() == nil {
		v.schema.Store(compile(v.Source))
	}
	return v.schema.Load()
}

func (v *Validator) Missing(doc map[string]any) (out []string) {
	for _, f := range v.compiled().required {
		if _, ok := doc[f]; !ok {
			out = append(out, f)
		}
	}
	return out
}
