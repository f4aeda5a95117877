// A per-request copy of the options struct still shares its map with every other copy.
package main

import (
	"maps"
	"sync"
)

type Options struct {
	Retries int
	Headers map[string]string
}

type Client struct{ defaults Options }

func (c *Client) request(token string) Options {
	o := c.defaults
	o.Retries++
	o.Headers = maps.Clone(c.defaults.Headers)
	o.Headers["Authorization"] = token
	return o
}

func main() {
	client := &Client{defaults: Options{Headers: map[string]string{"Accept": "*/*"}}}
	var wg sync.WaitGroup
	for _, token := range []string{"t1", "t2", "t3"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 10 {
				_ = client.request(token)
			}
		}()
	}
	wg.Wait()
}
