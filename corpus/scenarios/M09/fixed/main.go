// What leaves the lock is a copy, so the file can go.
package main

import (
	"fmt"
	"sync"
	"syscall"
)

const size = 1 << 20

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
	return append([]byte(nil), s.data[s.offsets[key]:]...)
}

func (s *store) compact() {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.data
	s.data = mapped()
	syscall.Munmap(old)
}

func sum(data []byte) int {
	total := 0
	for i := 0; i < len(data); i += 512 {
		total += int(data[i])
	}
	return total
}

func main() {
	s := &store{offsets: map[int]int{1: 4096}, data: mapped()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < 100; i++ {
			s.compact()
		}
	}()
	for i := 0; i < 50; i++ {
		sum(s.get(1))
	}
	<-done
	fmt.Println("ok")
}
