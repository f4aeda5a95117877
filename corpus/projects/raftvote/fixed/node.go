// What peers are asked is put together under the lock.

// Package raft elects one leader among nodes.
package raft

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

type Role int

const (
	Follower Role = iota
	Candidate
	Leader
)

func (r Role) String() string { return [...]string{"follower", "candidate", "leader"}[r] }

type VoteRequest struct {
	Term      uint64
	Candidate string
	LastIndex uint64
	LastTerm  uint64
}

type VoteReply struct {
	Term    uint64
	Granted bool
}

type AppendRequest struct {
	Term   uint64
	Leader string
}

type AppendReply struct {
	Term uint64
	OK   bool
}

// Transport carries requests to peers.
type Transport interface {
	Vote(ctx context.Context, peer string, req VoteRequest) (VoteReply, error)
	Append(ctx context.Context, peer string, req AppendRequest) (AppendReply, error)
}

type Config struct {
	ID        string
	Peers     []string
	Transport Transport
	Heartbeat time.Duration
	Election  time.Duration
}

type entry struct {
	term  uint64
	value []byte
}

// Node is one member of the cluster. Requests of peers come in at any time.
type Node struct {
	cfg Config

	mu       sync.Mutex
	role     Role
	term     uint64
	votedFor string
	leader   string
	log      []entry
	heard    time.Time
}

func NewNode(cfg Config) *Node {
	if cfg.Heartbeat <= 0 {
		cfg.Heartbeat = 50 * time.Millisecond
	}
	if cfg.Election <= 0 {
		cfg.Election = 5 * cfg.Heartbeat
	}
	return &Node{cfg: cfg, heard: time.Now()}
}

// Run drives the node until ctx is done.
func (n *Node) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n.mu.Lock()
		role := n.role
		n.mu.Unlock()
		switch role {
		case Leader:
			n.heartbeats(ctx)
			sleep(ctx, n.cfg.Heartbeat)
		default:
			wait := n.cfg.Election + rand.N(n.cfg.Election)
			sleep(ctx, wait)
			if n.silent(wait) {
				n.campaign(ctx)
			}
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

func (n *Node) silent(d time.Duration) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.role != Leader && time.Since(n.heard) >= d
}

// stepDown becomes a follower of a newer term; the caller holds the lock.
func (n *Node) stepDown(term uint64) {
	if term > n.term {
		n.term = term
		n.votedFor = ""
	}
	n.role = Follower
	n.heard = time.Now()
}

// last returns index and term of the last entry.
func (n *Node) last() (uint64, uint64) {
	if len(n.log) == 0 {
		return 0, 0
	}
	return uint64(len(n.log)), n.log[len(n.log)-1].term
}

func (n *Node) campaign(ctx context.Context) {
	n.mu.Lock()
	n.role = Candidate
	n.term++
	n.votedFor = n.cfg.ID
	n.heard = time.Now()
	term := n.term
	req := n.voteRequest()
	n.mu.Unlock()

	ctx, cancel := context.WithTimeout(ctx, n.cfg.Election)
	defer cancel()
	replies := make(chan VoteReply, len(n.cfg.Peers))
	for _, peer := range n.cfg.Peers {
		go func() {
			reply, err := n.cfg.Transport.Vote(ctx, peer, req)
			if err != nil {
				reply = VoteReply{}
			}
			replies <- reply
		}()
	}
	votes := 1
	for range n.cfg.Peers {
		reply := <-replies
		if reply.Term > term {
			n.mu.Lock()
			n.stepDown(reply.Term)
			n.mu.Unlock()
			return
		}
		if reply.Granted {
			votes++
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.term == term && n.role == Candidate && votes > (len(n.cfg.Peers)+1)/2 {
		n.role = Leader
		n.leader = n.cfg.ID
	}
}

func (n *Node) voteRequest() VoteRequest {
	index, term := n.last()
	return VoteRequest{Term: n.term, Candidate: n.cfg.ID, LastIndex: index, LastTerm: term}
}

func (n *Node) heartbeats(ctx context.Context) {
	n.mu.Lock()
	req := AppendRequest{Term: n.term, Leader: n.cfg.ID}
	n.mu.Unlock()
	var wg sync.WaitGroup
	for _, peer := range n.cfg.Peers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			reply, err := n.cfg.Transport.Append(ctx, peer, req)
			if err != nil || reply.OK {
				return
			}
			n.mu.Lock()
			defer n.mu.Unlock()
			if reply.Term > n.term {
				n.stepDown(reply.Term)
			}
		}()
	}
	wg.Wait()
}

// HandleVote answers a candidate.
func (n *Node) HandleVote(req VoteRequest) VoteReply {
	n.mu.Lock()
	defer n.mu.Unlock()
	if req.Term > n.term {
		n.stepDown(req.Term)
	}
	index, term := n.last()
	fresh := req.LastTerm > term || req.LastTerm == term && req.LastIndex >= index
	granted := req.Term == n.term && fresh && (n.votedFor == "" || n.votedFor == req.Candidate)
	if granted {
		n.votedFor = req.Candidate
		n.heard = time.Now()
	}
	return VoteReply{Term: n.term, Granted: granted}
}

// HandleAppend answers a leader.
func (n *Node) HandleAppend(req AppendRequest) AppendReply {
	n.mu.Lock()
	defer n.mu.Unlock()
	if req.Term < n.term {
		return AppendReply{Term: n.term}
	}
	n.stepDown(req.Term)
	n.leader = req.Leader
	return AppendReply{Term: n.term, OK: true}
}

// Propose adds a value to the log of the leader.
func (n *Node) Propose(value []byte) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.role != Leader {
		return fmt.Errorf("raft: %s is %s, the leader is %q", n.cfg.ID, n.role, n.leader)
	}
	n.log = append(n.log, entry{term: n.term, value: value})
	return nil
}

// Status tells of the node.
func (n *Node) Status() (Role, uint64, string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.role, n.term, n.leader
}
