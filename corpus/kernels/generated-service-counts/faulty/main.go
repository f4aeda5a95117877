// A service counts whom it has greeted; a generated server calls it for each request.
// want CT1007 CT1001 CT1002
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
)

type greeter struct {
	greeted map[string]int
}

func (g *greeter) Greet(_ context.Context, name string) (string, error) {
	n := g.greeted[name]
	g.greeted[name] = n + 1 // race: write
	return fmt.Sprintf("hello %s, for the %dth time", name, n+1), nil
}

func main() {
	service := &greeter{greeted: map[string]int{}}
	server := NewGreeterServer(service)
	var visitors sync.WaitGroup
	for number := range 8 {
		visitors.Go(func() {
			for call := range 200 {
				path := fmt.Sprintf("/greet?name=%d", (number+call)%50)
				request := httptest.NewRequest(http.MethodPost, path, http.NoBody)
				server.ServeHTTP(httptest.NewRecorder(), request)
			}
		})
	}
	visitors.Wait()
}
