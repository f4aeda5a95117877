// Two requests with one cookie write into the values of one session.
// want race

package session

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"sync"
	"time"
)

// ErrExpired is returned for sessions that were not used for too long.
var ErrExpired = errors.New("session: expired")

// Session belongs to one cookie.
type Session struct {
	ID      string
	Values  map[string]any
	Flashes []string
	touched time.Time
}

// Store keeps sessions in memory.
type Store struct {
	mu       sync.RWMutex
	sessions map[string]*Session
	ttl      time.Duration
	stop     chan struct{}
}

func NewStore(ttl time.Duration) *Store {
	s := &Store{sessions: make(map[string]*Session), ttl: ttl, stop: make(chan struct{})}
	go s.sweep()
	return s
}

func (s *Store) Close() { close(s.stop) }

func (s *Store) New() (*Session, error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	sess := &Session{ID: hex.EncodeToString(raw), Values: make(map[string]any), touched: time.Now()}
	s.mu.Lock()
	s.sessions[sess.ID] = sess
	s.mu.Unlock()
	return sess, nil
}

func (s *Store) Get(id string) (*Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sess, ok := s.sessions[id]
	if !ok || time.Since(sess.touched) > s.ttl {
		delete(s.sessions, id)
		return nil, ErrExpired
	}
	sess.touched = time.Now()
	return sess, nil
}

func (s *Store) sweep() {
	t := time.NewTicker(s.ttl)
	defer t.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-t.C:
			s.mu.Lock()
			for id, sess := range s.sessions {
				if time.Since(sess.touched) > s.ttl {
					delete(s.sessions, id)
				}
			}
			s.mu.Unlock()
		}
	}
}
