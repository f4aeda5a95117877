// Compiled messages are kept in a sync.Map.

// Package locale translates messages. A Bundle is loaded once and then used by all requests.
package locale

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"
)

// locale has the messages of one language.
type locale struct {
	tag      string
	plural   func(n int) string
	messages map[string]message
	compiled sync.Map // of *pattern by text
}

type message map[string]string

// Bundle has all languages.
type Bundle struct {
	fallback string

	mu      sync.RWMutex
	locales map[string]*locale
	missing map[string]int
}

// NewBundle returns an empty bundle that falls back to the language.
func NewBundle(fallback string) *Bundle {
	return &Bundle{fallback: fallback, locales: make(map[string]*locale), missing: make(map[string]int)}
}

// LoadFS reads files like "de.json".
func (b *Bundle) LoadFS(fsys fs.FS) error {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if err := b.Load(strings.TrimSuffix(path.Base(name), ".json"), text); err != nil {
			return fmt.Errorf("locale %s: %w", name, err)
		}
	}
	return nil
}

// Load adds the messages of one language, a JSON object of plain texts or of texts by plural form.
func (b *Bundle) Load(tag string, text []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	l := newLocale(tag)
	for id, value := range raw {
		m := make(message)
		var one string
		if err := json.Unmarshal(value, &one); err == nil {
			m["other"] = one
		} else if err := json.Unmarshal(value, &m); err != nil {
			return fmt.Errorf("message %s: %w", id, err)
		}
		l.messages[id] = m
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.locales[tag] = l
	return nil
}

func newLocale(tag string) *locale {
	l := &locale{
		tag:      tag,
		messages: make(map[string]message),
		plural: func(n int) string {
			if n == 1 {
				return "one"
			}
			return "other"
		},
	}
	if tag == "ja" || tag == "zh" {
		l.plural = func(int) string { return "other" }
	}
	return l
}

// Tags lists the languages.
func (b *Bundle) Tags() []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	tags := make([]string, 0, len(b.locales))
	for t := range b.locales {
		tags = append(tags, t)
	}
	sort.Strings(tags)
	return tags
}

func (b *Bundle) locale(tag string) *locale {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if l, ok := b.locales[tag]; ok {
		return l
	}
	base, _, _ := strings.Cut(tag, "-")
	return b.locales[base]
}

// Missing tells which messages were asked for in vain, and how often.
func (b *Bundle) Missing() map[string]int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := make(map[string]int, len(b.missing))
	for id, n := range b.missing {
		out[id] = n
	}
	return out
}

func (b *Bundle) miss(id string) {
	b.mu.Lock()
	b.missing[id]++
	b.mu.Unlock()
}
