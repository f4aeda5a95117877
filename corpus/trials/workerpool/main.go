// A service that still accepts work while it shuts down.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gammazero/workerpool"
)

type thumbnails struct {
	pool *workerpool.WorkerPool
}

func (t *thumbnails) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	go t.enqueue(name)
	w.WriteHeader(http.StatusAccepted)
}

func (t *thumbnails) enqueue(name string) {
	time.Sleep(time.Millisecond)
	t.pool.Submit(func() { render(name) })
}

func render(name string) { time.Sleep(time.Millisecond); _ = name }

func main() {
	t := &thumbnails{pool: workerpool.New(4)}
	server := httptest.NewServer(t)
	for i := 0; i < 4; i++ {
		go func() {
			for n := 0; ; n++ {
				resp, err := http.Get(fmt.Sprintf("%s/?name=%d", server.URL, n))
				if err == nil {
					resp.Body.Close()
				}
			}
		}()
	}
	time.Sleep(300 * time.Millisecond)
	t.pool.Stop()
	time.Sleep(time.Second)
}
