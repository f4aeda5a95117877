// A page is rendered from a map that a refresher fills.
package main

import (
	"io"
	"strconv"
	"sync"
	"text/template"
)

var page = template.Must(template.New("page").Parse(`{{range $k, $v := .}}{{$k}}={{$v}} {{end}}`))

type Board struct {
	mu     sync.Mutex
	scores map[string]int
}

func (b *Board) refresh() {
	for i := range 50 {
		b.mu.Lock()
		b.scores[strconv.Itoa(i)] = i
		b.mu.Unlock()
	}
}

func (b *Board) Render(w io.Writer) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return page.Execute(w, b.scores)
}

func main() {
	board := &Board{scores: map[string]int{"start": 0}}
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		board.refresh()
	}()
	for range 5 {
		if err := board.Render(io.Discard); err != nil {
			panic(err)
		}
	}
	wg.Wait()
}
