// The receiver tells the senders to stop; nobody closes the channel.
package main

import "sync"

func produce(events chan<- int, stop <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case events <- n:
		case <-stop:
			return
		}
	}
}

func main() {
	events, stop := make(chan int, 1), make(chan struct{})
	var senders sync.WaitGroup
	for i := 0; i < 3; i++ {
		senders.Add(1)
		go func() {
			defer senders.Done()
			produce(events, stop)
		}()
	}
	<-events
	close(stop)
	senders.Wait()
}
