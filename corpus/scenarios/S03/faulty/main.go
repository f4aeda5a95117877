// The receiver closes the channel while senders still use it.
package main

import "time"

func produce(events chan<- int) {
	for n := 0; ; n++ {
		events <- n // fault: fails
	}
}

func main() {
	events := make(chan int, 1)
	for i := 0; i < 3; i++ {
		go produce(events)
	}
	<-events
	close(events)
	time.Sleep(time.Second)
}
