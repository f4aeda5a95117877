// Ten goroutines count words in one map without a lock.
package main

import "fmt"

type counter struct {
	words map[string]int
}

func (c *counter) add(word string) {
	c.words[word]++ // fault: write
}

func main() {
	c := &counter{words: map[string]int{}}
	done := make(chan struct{})
	for i := 0; i < 10; i++ {
		go func(i int) {
			for n := 0; n < 1_000_000; n++ {
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
