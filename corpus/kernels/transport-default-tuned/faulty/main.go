// Every constructor tunes the shared default transport.
// want CT1116 CT1115 CT1106
package main

import (
	"net/http"
	"sync"
)

type session struct {
	id        int
	transport *http.Transport
}

func newSession(id, idle int) *session {
	t := http.DefaultTransport.(*http.Transport)
	t.MaxIdleConnsPerHost = idle // race: write
	return &session{id, t}
}

func main() {
	var opened sync.WaitGroup
	sessions := make([]*session, 4)
	for id := range sessions {
		opened.Add(1)
		go func() {
			defer opened.Done()
			sessions[id] = newSession(id, 4+id)
		}()
	}
	opened.Wait()
	if sessions[3].id != 3 {
		panic("mixed up")
	}
}
