// One method of many forgets the lock that guards the score.
// want CT1105
package main

import "sync"

type Peer struct {
	mu       sync.Mutex
	score    int
	banned   bool
	failures []string
}

func (p *Peer) Reward(n int) {
	p.mu.Lock()
	p.score += n // race: write
	p.mu.Unlock()
}

func (p *Peer) Punish(n int, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.score -= n // race: write
	p.failures = append(p.failures, why)
	if p.score < -10 {
		p.banned = true
	}
}

func (p *Peer) Banned() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.banned
}

func (p *Peer) Better(than int) bool {
	return p.score > than // race: read
}

func pick(peers []*Peer, than int) *Peer {
	for _, p := range peers {
		if !p.Banned() && p.Better(than) {
			return p
		}
	}
	return nil
}

func main() {
	peers := []*Peer{{}, {}, {}}
	gossip := make(chan int)
	go func() {
		for n := range gossip {
			peers[n%3].Reward(1)
			peers[(n+1)%3].Punish(1, "late")
		}
	}()
	for n := range 60 {
		gossip <- n
		pick(peers, 1)
	}
	close(gossip)
}
