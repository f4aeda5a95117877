// A RoundTripper counts responses by status in a map; a client is used from many goroutines.
// want CT1001 CT1002 CT1007
package main

import (
	"net/http"
	"net/http/httptest"
	"sync"
)

type counting struct {
	next http.RoundTripper
	seen map[int]int
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := c.next.RoundTrip(r)
	if err == nil {
		c.seen[res.StatusCode]++ // race: write
	}
	return res, err
}

func main() {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	client := &http.Client{Transport: &counting{next: http.DefaultTransport, seen: map[int]int{}}}
	var pages sync.WaitGroup
	for range 6 {
		pages.Go(func() {
			for range 5 {
				if res, err := client.Get(server.URL); err == nil {
					res.Body.Close()
				}
			}
		})
	}
	pages.Wait()
}
