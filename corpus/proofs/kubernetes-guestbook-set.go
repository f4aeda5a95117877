// module: kubernetes
// package: test/images/agnhost/guestbook
// finding: test/images/agnhost/guestbook/guestbook.go:208 CT1007
package guestbook

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Two clients of one server set values: each request has a goroutine, and all write one map.
func TestProofSet(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(setHandler))
	defer server.Close()
	var clients sync.WaitGroup
	for _, key := range []string{"one", "other"} {
		clients.Go(func() {
			for range 100 {
				response, err := http.Get(server.URL + "/set?value=1&key=" + key)
				if err != nil {
					t.Error(err)
					return
				}
				response.Body.Close()
			}
		})
	}
	clients.Wait()
}
