// Each page adds its own functions to the function map that all pages of the renderer share.
// want race

// Package views renders the pages of a site from a tree of templates.
package views

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// Config says where the templates are and what they can call.
type Config struct {
	FS     fs.FS
	Layout string
	Ext    string
	Funcs  template.FuncMap
	// Reload reads the templates anew for each page, for development.
	Reload bool
}

// Renderer is used by all handlers of a site at the same time.
type Renderer struct {
	cfg   Config
	funcs template.FuncMap

	mu      sync.RWMutex
	sources map[string]string

	buffers sync.Pool
}

// New reads all templates.
func New(cfg Config) (*Renderer, error) {
	if cfg.Ext == "" {
		cfg.Ext = ".html"
	}
	r := &Renderer{cfg: cfg, funcs: builtins(), sources: make(map[string]string)}
	r.buffers.New = func() any { return new(bytes.Buffer) }
	maps.Copy(r.funcs, cfg.Funcs)
	if err := r.load(); err != nil {
		return nil, fmt.Errorf("views: %w", err)
	}
	return r, nil
}

func builtins() template.FuncMap {
	return template.FuncMap{
		"upper": strings.ToUpper,
		"date":  func(t time.Time) string { return t.Format(time.DateOnly) },
		"join":  func(sep string, in []string) string { return strings.Join(in, sep) },
		"path":  func() string { return "" },
		"csrf":  func() string { return "" },
	}
}

func (r *Renderer) load() error {
	sources := make(map[string]string)
	err := fs.WalkDir(r.cfg.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != r.cfg.Ext {
			return err
		}
		text, err := fs.ReadFile(r.cfg.FS, name)
		if err != nil {
			return err
		}
		sources[strings.TrimSuffix(name, r.cfg.Ext)] = string(text)
		return nil
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.sources = sources
	r.mu.Unlock()
	return nil
}

func (r *Renderer) source(name string) (string, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s, ok := r.sources[name]
	return s, ok
}

// page is what one template is executed with.
type page struct {
	name  string
	data  any
	funcs template.FuncMap
}

// Option changes one page.
type Option func(*page)

// WithFunc gives the template one more function.
func WithFunc(name string, fn any) Option {
	return func(p *page) { p.funcs[name] = fn } // race: write
}

// ForRequest lets the template see the path and the token of a request.
func ForRequest(req *http.Request) Option {
	return func(p *page) {
		WithFunc("path", func() string { return req.URL.Path })(p)
		WithFunc("csrf", func() string {
			c, err := req.Cookie("csrf")
			if err != nil {
				return ""
			}
			return c.Value
		})(p)
	}
}

// Render writes a page into w, or an error page.
func (r *Renderer) Render(w http.ResponseWriter, status int, name string, data any, opts ...Option) {
	if r.cfg.Reload {
		if err := r.load(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	p := &page{name: name, data: data, funcs: r.funcs}
	for _, o := range opts {
		o(p)
	}
	buf := r.buffers.Get().(*bytes.Buffer)
	defer func() {
		buf.Reset()
		r.buffers.Put(buf)
	}()
	if err := r.execute(buf, p); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = buf.WriteTo(w)
}

func (r *Renderer) execute(buf *bytes.Buffer, p *page) error {
	t := template.New(p.name).Funcs(p.funcs) // race: read
	if r.cfg.Layout != "" {
		if layout, ok := r.source(r.cfg.Layout); ok {
			if _, err := t.New("layout").Parse(layout); err != nil {
				return fmt.Errorf("layout: %w", err)
			}
		}
	}
	text, ok := r.source(p.name)
	if !ok {
		return fmt.Errorf("no template %q", p.name)
	}
	if _, err := t.Parse(text); err != nil {
		return fmt.Errorf("template %q: %w", p.name, err)
	}
	if t.Lookup("layout") != nil {
		return t.ExecuteTemplate(buf, "layout", p.data)
	}
	return t.Execute(buf, p.data)
}
