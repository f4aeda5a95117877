// One load serves all callers: each then edits the value that all of them hold.
package main

import (
	"maps"
	"sync"
)

type profile map[string]string

type once struct {
	ready sync.Once
	value profile
}

type loader struct{ byUser sync.Map }

func (l *loader) profile(user string) profile {
	entry, _ := l.byUser.LoadOrStore(user, &once{})
	o := entry.(*once)
	o.ready.Do(func() { o.value = profile{"user": user} })
	return maps.Clone(o.value)
}

func render(l *loader, user, lang string) int {
	p := l.profile(user)
	p["lang"] = lang
	return len(p)
}

func main() {
	l := &loader{}
	sizes := make(chan int)
	for _, lang := range []string{"de", "fr", "pl", "en"} {
		go func() { sizes <- render(l, "ada", lang) }()
	}
	for range 4 {
		<-sizes
	}
}
