package locale

import (
	"fmt"
	"strings"
)

// pattern is a text with places for values, like "Hello {name}".
type pattern struct {
	texts []string
	names []string
}

func compile(text string) (*pattern, error) {
	p := new(pattern)
	for {
		before, rest, ok := strings.Cut(text, "{")
		p.texts = append(p.texts, before)
		if !ok {
			return p, nil
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return nil, fmt.Errorf("no } after %q", before)
		}
		p.names = append(p.names, strings.TrimSpace(name))
		text = after
	}
}

func (p *pattern) fill(values map[string]any) string {
	var b strings.Builder
	for i, text := range p.texts {
		b.WriteString(text)
		if i < len(p.names) {
			fmt.Fprint(&b, values[p.names[i]])
		}
	}
	return b.String()
}

// pattern returns the compiled text.
func (l *locale) pattern(text string) (*pattern, error) {
	if p, ok := l.compiled.Load(text); ok {
		return p.(*pattern), nil
	}
	p, err := compile(text)
	if err != nil {
		return nil, err
	}
	l.compiled.Store(text, p)
	return p, nil
}
