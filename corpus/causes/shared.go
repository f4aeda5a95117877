package main

import (
	"time"

	"golang.org/x/sync/singleflight"
)

// shared is circle with the flights that services take: articles need their author, authors need
// their first article, and requests for one thing share the flight for it.
func shared(fixed bool) {
	s := &library{fixed: fixed, written: time.Now().Add(length / 4)}
	for range 4 {
		go s.serve(s.article)
		go s.serve(s.author)
	}
	time.Sleep(length)
}

type library struct {
	articles, authors singleflight.Group
	// Authors have no article before.
	written time.Time
	fixed   bool
}

func (s *library) serve(ask func(key string) (string, error)) {
	until(func() {
		_, _ = ask("7")
		time.Sleep(time.Millisecond)
	})
}

func (s *library) article(key string) (string, error) {
	text, err, _ := s.articles.Do(key, func() (any, error) { return s.loadArticle(key) })
	return text.(string), err
}

func (s *library) author(key string) (string, error) {
	name, err, _ := s.authors.Do(key, func() (any, error) { return s.loadAuthor(key) })
	return name.(string), err
}

func (s *library) loadArticle(key string) (string, error) {
	time.Sleep(3 * time.Millisecond)
	return s.author(key)
}

// loadAuthor needs the first article; mended, it names it only.
func (s *library) loadAuthor(key string) (string, error) {
	time.Sleep(time.Millisecond)
	if time.Now().Before(s.written) || s.fixed {
		return "author " + key, nil
	}
	return s.article(key)
}
