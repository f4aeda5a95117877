// A page is rendered from a map that a refresher fills.
// want CT1003 CT1002
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
		b.scores[strconv.Itoa(i)] = i // race: write
		b.mu.Unlock()
	}
}

func (b *Board) Render(w io.Writer) error {
	return page.Execute(w, b.scores) // race: read
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
