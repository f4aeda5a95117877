// A search returns on the first answer; the channel has room for all of them.
package main

import (
	"fmt"
	"runtime"
	"time"
)

const replicas = 4

func search(query string) int {
	answers := make(chan int, replicas)
	for replica := 0; replica < replicas; replica++ {
		go ask(query, replica, answers)
	}
	return <-answers
}

func ask(query string, replica int, answers chan<- int) {
	time.Sleep(time.Duration(replica) * time.Millisecond)
	answers <- len(query) + replica
}

func main() {
	for i := 0; i < 10; i++ {
		search("gopher")
	}
	time.Sleep(100 * time.Millisecond)
	fmt.Println(runtime.NumGoroutine())
}
