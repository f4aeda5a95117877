// A view for the template is filled under the lock, but holds the map itself.
// want CT1006 CT1003 CT1002
package main

import (
	"html/template"
	"io"
	"sync"
)

var page = template.Must(template.New("scores").Parse(
	`{{range $team, $points := .Points}}<li>{{$team}}: {{$points}}{{end}}`))

type view struct {
	Title  string
	Points map[string]int
}

type league struct {
	mu     sync.RWMutex
	title  string
	points map[string]int
}

func (l *league) goal(team string) {
	l.mu.Lock()
	l.points[team]++ // race: write
	l.mu.Unlock()
}

func (l *league) view() view {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return view{l.title, l.points} // race: escape
}

func main() {
	l := &league{title: "Sunday", points: map[string]int{"red": 0, "blue": 0}}
	var both sync.WaitGroup
	both.Go(func() {
		for range 100 {
			l.goal("red")
		}
	})
	both.Go(func() {
		for range 100 {
			if err := page.Execute(io.Discard, l.view()); err != nil { // race: read
				panic(err)
			}
		}
	})
	both.Wait()
}
