// The renderer of a site keeps parsed templates in a map that handlers fill.
// want race

package main

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// Renderer turns templates of a file system into pages.
type Renderer struct {
	files   fs.FS
	layout  string
	funcs   template.FuncMap
	reload  bool
	parsed  map[string]*template.Template
	globals map[string]any
}

// RendererOption changes a Renderer before its first use.
type RendererOption func(*Renderer)

func WithReload(on bool) RendererOption { return func(r *Renderer) { r.reload = on } }

func WithGlobal(name string, v any) RendererOption {
	return func(r *Renderer) { r.globals[name] = v }
}

func NewRenderer(files fs.FS, layout string, opts ...RendererOption) *Renderer {
	r := &Renderer{
		files:   files,
		layout:  layout,
		parsed:  make(map[string]*template.Template),
		globals: make(map[string]any),
		funcs: template.FuncMap{
			"upper": strings.ToUpper,
			"join":  strings.Join,
		},
	}
	for _, opt := range opts {
		opt(r)
	}
	return r
}

func (r *Renderer) lookup(name string) (*template.Template, error) {
	if t, ok := r.parsed[name]; ok && !r.reload { // race: read
		return t, nil
	}
	t, err := template.New(path.Base(r.layout)).Funcs(r.funcs).ParseFS(r.files, r.layout, name)
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	r.parsed[name] = t // race: write
	return t, nil
}

// Page writes a page, or an error if the template fails.
func (r *Renderer) Page(w http.ResponseWriter, status int, name string, data map[string]any) {
	t, err := r.lookup(name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	values := make(map[string]any, len(r.globals)+len(data))
	for k, v := range r.globals {
		values[k] = v
	}
	for k, v := range data {
		values[k] = v
	}
	var buf bytes.Buffer
	if err := t.Execute(&buf, values); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = buf.WriteTo(w)
}
