package a

import (
	"os"
	"sync"
)

var mu sync.Mutex

func locked(n int) int {
	mu.Lock()
	defer mu.Unlock()
	if n > 0 {
		return n
	}
	panic("negative")
}

func recovers() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = nil
		}
	}()
	panic(1)
}

func loops(files []func()) {
	for _, f := range files {
		if f == nil {
			return
		}
		defer f()
	}
	defer close(make(chan int))
}

func exits(n int) {
	if n == 0 {
		os.Exit(1)
	}
}
