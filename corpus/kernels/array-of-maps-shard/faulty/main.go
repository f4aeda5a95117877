// The shard is chosen by key, its lock by worker.
// want CT1001 CT1005
package main

import "sync"

type Sharded struct {
	locks  [4]sync.Mutex
	shards [4]map[int]int
}

func (s *Sharded) Put(worker, key int) {
	shard := key % len(s.shards)
	lock := &s.locks[worker%len(s.locks)]
	lock.Lock()
	defer lock.Unlock()
	s.shards[shard][key] = worker // race: write
}

func main() {
	var s Sharded
	for i := range s.shards {
		s.shards[i] = map[int]int{}
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for key := range 40 {
				s.Put(worker, key)
			}
		})
	}
	wg.Wait()
}
