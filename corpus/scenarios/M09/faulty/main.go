// An index points into a mapped file. Compaction unmaps the old file while a reader still copies
// from it.
package main

import (
	"sync"
	"syscall"
)

const size = 64 << 20

type store struct {
	mu      sync.RWMutex
	offsets map[int]int
	data    []byte
}

func mapped() []byte {
	data, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	return data
}

func (s *store) get(key int) []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.data[s.offsets[key]:] // the lock ends here, the slice does not
}

func (s *store) compact() {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.data
	s.data = mapped()
	syscall.Munmap(old)
}

//go:noinline
func sum(data []byte) int {
	total := 0
	for i := 0; i < len(data); i += 512 {
		total += int(data[i]) // fault: fails
	}
	return total
}

func main() {
	s := &store{offsets: map[int]int{1: 4096}, data: mapped()}
	go func() {
		for {
			s.compact()
		}
	}()
	total := 0
	for {
		total += sum(s.get(1))
	}
}
