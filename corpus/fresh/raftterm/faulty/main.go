// The vote handler steps the node's term under the mutex, but the election ticker reads the term with no lock to build its request.
// want race

package main

import (
	"fmt"
	"time"
)

type loopback struct{ inbox []chan VoteRequest }

func (l *loopback) Send(to int, v VoteRequest) {
	select {
	case l.inbox[to] <- v:
	default:
	}
}

func main() {
	net := &loopback{}
	for range 2 {
		net.inbox = append(net.inbox, make(chan VoteRequest, 16))
	}
	a, b := NewNode(0, []int{1}, net), NewNode(1, []int{0}, net)
	end := time.After(20 * time.Millisecond)
	granted := 0
	for run := true; run; {
		ok := false
		select {
		case v := <-net.inbox[0]:
			ok = a.HandleVote(v)
		case v := <-net.inbox[1]:
			ok = b.HandleVote(v)
		case <-end:
			run = false
		}
		if ok {
			granted++
		}
	}
	a.Close()
	b.Close()
	fmt.Println("votes granted:", granted >= 0)
}
