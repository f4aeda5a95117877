// A client keeps the headers of all its requests in one place.
package main

import (
	"net/http"
	"net/http/httptest"
	"strconv"
)

type client struct {
	header http.Header
	url    string
}

func (c *client) get(id int) error {
	req, err := http.NewRequest("GET", c.url, nil)
	if err != nil {
		return err
	}
	req.Header = c.header
	req.Header.Set("X-Request-Id", strconv.Itoa(id))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	c := &client{header: http.Header{"Accept": {"application/json"}}, url: server.URL}
	for i := 0; i < 8; i++ {
		go func() {
			for n := 0; ; n++ {
				c.get(n)
			}
		}()
	}
	select {}
}
