// The methods have value receivers; what they lock is a copy, what they change is shared.
// want CT1114 CT1105 CT1102
package main

import "sync"

type tally struct{ yes, no int }

type Poll struct {
	sync.Mutex
	votes *tally
}

func (p Poll) Vote(yes bool) {
	p.Lock()
	defer p.Unlock()
	if yes {
		p.votes.yes++ // race: write
	} else {
		p.votes.no++ // race: write no
	}
}

func main() {
	poll := Poll{votes: &tally{}}
	var voters sync.WaitGroup
	for i := range 20 {
		voters.Go(func() { poll.Vote(i%2 == 0) })
	}
	voters.Wait()
}
