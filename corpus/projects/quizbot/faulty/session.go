package quizbot

import (
	"strings"
	"sync"
	"time"
)

// Question has one right answer.
type Question struct {
	ID     string
	Text   string
	Answer string
}

func (q Question) check(text string) bool {
	return strings.EqualFold(strings.TrimSpace(text), q.Answer)
}

// Session is the state of one user.
type Session struct {
	user    int64
	answers map[string]bool
	started time.Time
}

func (s *Session) reset() {
	s.answers = make(map[string]bool) // race: write
	s.started = time.Now()            // race: write
}

func (s *Session) next() int { return len(s.answers) } // race: read

func (s *Session) record(id string, right bool) {
	s.answers[id] = right // race: write
}

func (s *Session) score() (right, all int) {
	for _, ok := range s.answers { // race: read
		all++
		if ok {
			right++
		}
	}
	return right, all
}

type sessionTable struct {
	mu     sync.Mutex
	byUser map[int64]*Session
}

func newSessionTable() *sessionTable {
	return &sessionTable{byUser: make(map[int64]*Session)}
}

func (t *sessionTable) get(user int64) *Session {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.byUser[user]
	if !ok {
		s = &Session{user: user, answers: make(map[string]bool)}
		t.byUser[user] = s
	}
	return s
}

func splitCommand(text string) (string, string) {
	name, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	name, _, _ = strings.Cut(name, "@")
	return name, rest
}
