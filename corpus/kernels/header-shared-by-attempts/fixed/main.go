package main

import (
	"net/http"
	"strconv"
	"sync"
)

type client struct{ base http.Header }

func (c *client) request(attempt int) *http.Request {
	req, err := http.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
	if err != nil {
		return nil
	}
	req.Header = c.base.Clone()
	req.Header.Set("X-Attempt", strconv.Itoa(attempt))
	return req
}

func main() {
	c := &client{base: http.Header{"Accept": {"text/plain"}}}
	var wg sync.WaitGroup
	for attempt := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 200 {
				c.request(attempt)
			}
		}()
	}
	wg.Wait()
}
