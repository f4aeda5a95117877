package fanheaders

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sort"
	"sync"
)

// Query is what a user looks for.
type Query struct {
	ID    string `json:"-"`
	Text  string `json:"text"`
	Limit int    `json:"limit"`
}

// Hit is one document.
type Hit struct {
	Doc   string  `json:"doc"`
	Score float64 `json:"score"`
	Shard string  `json:"-"`
}

type answer struct {
	Hits []Hit `json:"hits"`
}

// Shard is one part of the index.
type Shard struct {
	Name string
	URL  string
}

// Search asks all shards and merges what they know. Shards that fail are left out, unless all do.
func (c *Client) Search(ctx context.Context, shards []Shard, q Query) ([]Hit, error) {
	headers := c.baseHeaders(q.ID)
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		hits []Hit
		errs []error
	)
	for _, shard := range shards {
		wg.Add(1)
		go func() {
			defer wg.Done()
			found, err := c.searchShard(ctx, shard, headers, q)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, fmt.Errorf("shard %s: %w", shard.Name, err))
				return
			}
			hits = append(hits, found...)
		}()
	}
	wg.Wait()
	if len(errs) == len(shards) {
		return nil, errors.Join(errs...)
	}
	sort.Slice(hits, func(i, j int) bool { return hits[i].Score > hits[j].Score })
	if q.Limit > 0 && len(hits) > q.Limit {
		hits = hits[:q.Limit]
	}
	return hits, nil
}

func (c *Client) searchShard(ctx context.Context, s Shard, headers map[string]string, q Query) ([]Hit, error) {
	headers = maps.Clone(headers)
	headers["X-Shard"] = s.Name
	var out answer
	if err := c.post(ctx, s.URL+"/search", headers, q, &out); err != nil {
		return nil, err
	}
	for i := range out.Hits {
		out.Hits[i].Shard = s.Name
	}
	return out.Hits, nil
}
