// Sheets of a book are marked as checked under the lock of the book, but the end of a stream takes its
// mark away without it.
// want CT1002 CT1001
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
	if !b.checked[sheet] { // race: read
		b.checked[sheet] = true // race: write
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
	delete(s.book.checked, s.sheet) // race: write
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
