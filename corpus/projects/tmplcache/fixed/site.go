package main

import (
	"errors"
	"log/slog"
	"net/http"
	"sort"
	"sync"
)

var errNoArticle = errors.New("no such article")

type article struct {
	Slug  string
	Title string
	Body  string
}

type articles struct {
	mu     sync.RWMutex
	bySlug map[string]article
}

func (a *articles) put(it article) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.bySlug == nil {
		a.bySlug = make(map[string]article)
	}
	a.bySlug[it.Slug] = it
}

func (a *articles) get(slug string) (article, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	it, ok := a.bySlug[slug]
	if !ok {
		return article{}, errNoArticle
	}
	return it, nil
}

func (a *articles) all() []article {
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := make([]article, 0, len(a.bySlug))
	for _, it := range a.bySlug {
		out = append(out, it)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Slug < out[j].Slug })
	return out
}

type site struct {
	pages    *Renderer
	articles *articles
}

func (s *site) Index(w http.ResponseWriter, r *http.Request) {
	s.pages.Page(w, http.StatusOK, "index.html", map[string]any{"Articles": s.articles.all()})
}

func (s *site) Article(w http.ResponseWriter, r *http.Request) {
	it, err := s.articles.get(r.PathValue("slug"))
	if errors.Is(err, errNoArticle) {
		s.pages.Page(w, http.StatusNotFound, "missing.html", nil)
		return
	}
	s.pages.Page(w, http.StatusOK, "article.html", map[string]any{"Article": it})
}

func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		slog.Info("request", "method", r.Method, "path", r.URL.Path)
		next.ServeHTTP(w, r)
	})
}
