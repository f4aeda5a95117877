//go:build drive

package fanheaders

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestDrive(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"hits":[{"doc":"d","score":1}]}`)
	}))
	defer server.Close()
	var shards []Shard
	for i := range 8 {
		shards = append(shards, Shard{Name: fmt.Sprint(i), URL: server.URL})
	}
	c := NewClient("t")
	for range 10 {
		if _, err := c.Search(context.Background(), shards, Query{Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
}
