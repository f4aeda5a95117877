// Ten goroutines count words in one map, each under the lock that belongs to it.
package main

import (
	"fmt"
	"sync"
)

type counter struct {
	mu    sync.Mutex
	words map[string]int
}

func (c *counter) add(word string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.words[word]++
}

func main() {
	c := &counter{words: map[string]int{}}
	done := make(chan struct{})
	for i := 0; i < 10; i++ {
		go func(i int) {
			for n := 0; n < 10_000; n++ {
				c.add(fmt.Sprint("w", (n+i)%100))
			}
			done <- struct{}{}
		}(i)
	}
	for i := 0; i < 10; i++ {
		<-done
	}
	fmt.Println(len(c.words))
}
