// An iterator takes the lock when it is made, and gives it back before it is used.
// want race

package shelfiter

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
)

// ErrMissing is returned for books that are not there.
var ErrMissing = errors.New("no such book")

// Book is one title.
type Book struct {
	ISBN   string
	Title  string
	Author string
	Copies int
}

// Shelf is a set of books.
type Shelf struct {
	mu    sync.RWMutex
	books map[string]Book
}

// NewShelf returns an empty shelf.
func NewShelf() *Shelf { return &Shelf{books: make(map[string]Book)} }

// Put adds a book or more copies of it.
func (s *Shelf) Put(b Book) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.books[b.ISBN]; ok {
		b.Copies += old.Copies
	}
	s.books[b.ISBN] = b // race: write
}

// Take removes one copy.
func (s *Shelf) Take(isbn string) (Book, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.books[isbn]
	if !ok || b.Copies == 0 {
		return Book{}, fmt.Errorf("%s: %w", isbn, ErrMissing)
	}
	b.Copies--
	s.books[isbn] = b // race: write
	return b, nil
}

// All goes through all books.
func (s *Shelf) All() iter.Seq2[string, Book] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return func(yield func(string, Book) bool) {
		for isbn, b := range s.books { // race: read
			if !yield(isbn, b) {
				return
			}
		}
	}
}

// ByAuthor goes through the books of an author.
func (s *Shelf) ByAuthor(author string) iter.Seq[Book] {
	return func(yield func(Book) bool) {
		for _, b := range s.All() {
			if strings.EqualFold(b.Author, author) && !yield(b) {
				return
			}
		}
	}
}
