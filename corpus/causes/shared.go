package main

import (
	"time"

	"golang.org/x/sync/singleflight"
)

// shared is circle with the flights that services take: articles need their author, authors need
// their first article, and requests for one thing share the flight for it.
func shared(fixed bool) {
	s := &library{fixed: fixed, written: time.Now().Add(length / 4)}
	for i := range 4 {
		// One asks again at once, so that an article is nearly always in flight.
		pause := time.Duration(i) * time.Millisecond
		go s.serve(s.article, pause)
		go s.serve(s.author, pause)
	}
	time.Sleep(length)
}

type library struct {
	articles, authors singleflight.Group
	// Authors have no article before.
	written time.Time
	fixed   bool
}

func (s *library) serve(ask func(key string) (string, error), pause time.Duration) {
	until(func() {
		_, _ = ask("7")
		time.Sleep(pause)
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
	time.Sleep(10 * time.Millisecond)
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
