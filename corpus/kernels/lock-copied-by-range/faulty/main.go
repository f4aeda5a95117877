// Ranging over values copies each shard with its lock.
// want CT1114 CT1001 CT1002
package main

import "sync"

type shard struct {
	mu   sync.Mutex
	data map[int]string
}

type cluster struct{ shards []shard }

func newCluster(n int) *cluster {
	c := &cluster{shards: make([]shard, n)}
	for i := range c.shards {
		c.shards[i].data = map[int]string{}
	}
	return c
}

func (c *cluster) fill(value string) {
	for i, s := range c.shards {
		s.mu.Lock()
		s.data[i] = value // race: write
		s.mu.Unlock()
	}
}

func main() {
	c := newCluster(3)
	var loaders sync.WaitGroup
	for _, value := range []string{"x", "y", "z"} {
		loaders.Add(1)
		go func() {
			defer loaders.Done()
			c.fill(value)
		}()
	}
	loaders.Wait()
}
