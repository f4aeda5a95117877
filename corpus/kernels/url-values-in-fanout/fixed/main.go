// One set of query parameters is changed by every shard's goroutine.
package main

import (
	"maps"
	"net/url"
	"strconv"
)

type client struct{ base url.Values }

func (c *client) query(shard int) string {
	q := maps.Clone(c.base)
	q.Set("shard", strconv.Itoa(shard))
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
