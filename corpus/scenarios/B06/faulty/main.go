// A search returns on the first answer; the other goroutines send to nobody for ever.
package main

import (
	"flag"
	"os"
	"runtime/pprof"
	"time"
)

func search(query string) int {
	answers := make(chan int)
	for replica := 0; replica < 4; replica++ {
		go ask(query, replica, answers)
	}
	return <-answers
}

func ask(query string, replica int, answers chan<- int) {
	time.Sleep(time.Duration(replica) * time.Millisecond)
	answers <- len(query) + replica // fault: waits
}

func main() {
	debug := flag.Int("debug", 0, "write the goroutine profile with this level and end")
	searches := flag.Int("searches", 4, "how many searches to make")
	flag.Parse()
	for i := 0; i < *searches; i++ {
		search("gopher")
	}
	time.Sleep(100 * time.Millisecond)
	if *debug > 0 {
		pprof.Lookup("goroutine").WriteTo(os.Stderr, *debug)
		return
	}
	for {
		time.Sleep(time.Second)
	}
}
