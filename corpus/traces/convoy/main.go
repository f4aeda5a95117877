// Convoy queues up behind one mutex, which its slowest holder keeps for long: `main.(*Store).Flush`.
// The other lock, a RWMutex, is hardly contended.
//
//	convoy TRACE [MILLISECONDS [GOROUTINES]]
package main

import (
	"log"
	"os"
	"runtime/trace"
	"strconv"
	"sync"
	"time"
)

// Store is a map that is written to disk now and then, under its only lock.
type Store struct {
	mu   sync.Mutex
	data map[int]int

	settings sync.RWMutex
	limit    int
}

// Get is what most goroutines do.
func (s *Store) Get(key int) int {
	s.settings.RLock()
	limit := s.limit
	s.settings.RUnlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data[key%limit]
}

// Flush keeps the lock while it waits for a disk that takes its time.
func (s *Store) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(5 * time.Millisecond)
	s.data[len(s.data)%s.limit]++
}

func main() {
	length, n := number(2, 40), number(3, 8)
	file, err := os.Create(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := trace.Start(file); err != nil {
		log.Fatal(err)
	}
	s := &Store{data: map[int]int{}, limit: 1000}
	end := time.Now().Add(time.Duration(length) * time.Millisecond)
	var wg sync.WaitGroup
	wg.Add(n + 1)
	go func() {
		defer wg.Done()
		for time.Now().Before(end) {
			s.Flush()
		}
	}()
	for i := range n {
		go func() {
			defer wg.Done()
			for key := i; time.Now().Before(end); key++ {
				s.Get(key)
				time.Sleep(time.Millisecond)
			}
		}()
	}
	wg.Wait()
	trace.Stop()
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

func number(at, otherwise int) int {
	if len(os.Args) <= at {
		return otherwise
	}
	n, err := strconv.Atoi(os.Args[at])
	if err != nil {
		log.Fatal(err)
	}
	return n
}
