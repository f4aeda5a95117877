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
	mu      sync.Mutex
	answers map[string]bool
	started time.Time
}

func (s *Session) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = make(map[string]bool)
	s.started = time.Now()
}

func (s *Session) next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.answers)
}

func (s *Session) record(id string, right bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[id] = right
}

func (s *Session) score() (right, all int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ok := range s.answers {
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
