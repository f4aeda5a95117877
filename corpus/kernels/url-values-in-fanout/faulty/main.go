// One set of query parameters is changed by every shard's goroutine.
// want CT1115 CT1001
package main

import (
	"net/url"
	"strconv"
)

type client struct{ base url.Values }

func (c *client) query(shard int) string {
	q := c.base
	q.Set("shard", strconv.Itoa(shard)) // race: write
	return q.Encode()
}

func main() {
	c := &client{base: url.Values{"q": {"error"}}}
	queries := make(chan string, 4)
	for shard := range 4 {
		go func() { queries <- c.query(shard) }()
	}
	for range 4 {
		<-queries
	}
}
