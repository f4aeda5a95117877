// The service counts under a lock. The supervisor still restarts, and has nothing to do.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
)

var (
	mu   sync.Mutex
	hits = map[string]int{}
)

func hit(page string) {
	mu.Lock()
	defer mu.Unlock()
	hits[page]++
}

func service() {
	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 100_000; n++ {
				hit("/index.html")
			}
		}()
	}
	wg.Wait()
}

func main() {
	if len(os.Args) == 2 {
		service()
		return
	}
	fmt.Println(exec.Command(os.Args[0], "service").Run())
}
