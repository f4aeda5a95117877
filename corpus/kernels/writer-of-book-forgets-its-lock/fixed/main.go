// Sheets of a book are marked as checked under the lock of the book, and the end of a stream takes its
// mark away under it, too.
package main

import (
	"fmt"
	"sync"
)

type book struct {
	mu      sync.Mutex
	checked map[string]bool
}

// Check looks at a sheet, once.
func (b *book) Check(sheet string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.checked[sheet] {
		b.checked[sheet] = true
	}
}

// Stream begins to write a sheet.
func (b *book) Stream(sheet string) *Stream {
	return &Stream{book: b, sheet: sheet}
}

// A Stream writes one sheet.
type Stream struct {
	book  *book
	sheet string
	rows  []string
}

// Add adds a row.
func (s *Stream) Add(row string) {
	s.rows = append(s.rows, row)
}

// Flush ends the sheet, which is to be checked again.
func (s *Stream) Flush() {
	s.rows = nil
	s.book.mu.Lock()
	delete(s.book.checked, s.sheet)
	s.book.mu.Unlock()
}

type export interface{ export(b *book) }

type summary struct{ n int }

func (s summary) export(b *book) {
	for i := range s.n {
		stream := b.Stream(fmt.Sprint("summary", i))
		stream.Add("total")
		stream.Flush()
	}
}

type audit struct{ n int }

func (a audit) export(b *book) {
	for i := range a.n {
		b.Check(fmt.Sprint("summary", i))
	}
}

func main() {
	b := &book{checked: map[string]bool{}}
	var exports sync.WaitGroup
	for _, it := range []export{summary{200}, audit{200}, summary{200}, audit{200}} {
		exports.Go(func() { it.export(b) })
	}
	exports.Wait()
}
