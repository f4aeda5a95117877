package main

import (
	"strings"
	"sync"
)

type Schema struct {
	required []string
}

func compile(src string) *Schema {
	s := &Schema{} // race: write
	for _, f := range strings.Split(src, ",") {
		if n, ok := strings.CutSuffix(strings.TrimSpace(f), "!"); ok {
			s.required = append(s.required, n) // race: write
		}
	}
	return s
}

type Validator struct {
	Source string

	mu     sync.Mutex
	schema *Schema
}

func (v *Validator) compiled() *Schema {
	if v.schema == nil { // race: read
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.schema == nil {
			v.schema = compile(v.Source) // race: write
		}
	}
	return v.schema // race: read
}

func (v *Validator) Missing(doc map[string]any) (out []string) {
	for _, f := range v.compiled().required { // race: read
		if _, ok := doc[f]; !ok {
			out = append(out, f)
		}
	}
	return out
}
