// The outer map is guarded; its inner map is used after the unlock.
package main

import (
	"strconv"
	"sync"
)

type Index struct {
	mu    sync.Mutex
	terms map[string]map[int]bool
}

func (ix *Index) Add(term string, doc int) {
	ix.mu.Lock()
	docs := ix.terms[term]
	if docs == nil {
		docs = make(map[int]bool)
		ix.terms[term] = docs
	}
	docs[doc] = true
	ix.mu.Unlock()
}

func main() {
	ix := &Index{terms: map[string]map[int]bool{}}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for doc := range 20 {
				ix.Add(strconv.Itoa(doc%2), worker*20+doc)
			}
		})
	}
	wg.Wait()
}
