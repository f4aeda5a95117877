package main

import (
	"sync"
	"time"
)

type VoteRequest struct {
	Term      uint64
	Candidate int
}

type Transport interface {
	Send(to int, v VoteRequest)
}

type Node struct {
	id    int
	peers []int
	net   Transport

	mu       sync.Mutex
	term     uint64
	votedFor int

	stop chan struct{}
	wg   sync.WaitGroup
}

func NewNode(id int, peers []int, net Transport) *Node {
	n := &Node{id: id, peers: peers, net: net, votedFor: -1, stop: make(chan struct{})}
	n.wg.Add(1)
	go n.elect(50 * time.Microsecond)
	return n
}

func (n *Node) elect(every time.Duration) {
	defer n.wg.Done()
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-n.stop:
			return
		case <-t.C:
			n.campaign()
		}
	}
}

func (n *Node) campaign() {
	n.mu.Lock()
	req := VoteRequest{Term: n.term + 1, Candidate: n.id}
	n.mu.Unlock()
	for _, p := range n.peers {
		n.net.Send(p, req)
	}
}

// HandleVote answers another node's request.
func (n *Node) HandleVote(v VoteRequest) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if v.Term > n.term {
		n.term = v.Term
		n.votedFor = v.Candidate
		return true
	}
	return v.Term == n.term && n.votedFor == v.Candidate
}

func (n *Node) Close() {
	close(n.stop)
	n.wg.Wait()
}
