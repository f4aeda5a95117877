package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// Mailer sends mails through a gateway.
type Mailer struct {
	host   string
	client *http.Client

	mu   sync.Mutex
	sent int
}

func NewMailer(host string, client *http.Client) *Mailer {
	return &Mailer{host: host, client: client}
}

// Send queues a mail at the gateway.
func (m *Mailer) Send(to, text string) error {
	if !strings.Contains(to, "@") {
		return fmt.Errorf("mail: bad address %q", to)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent++
	return nil
}

var errTaken = errors.New("name is taken")

// UserService knows the users.
type UserService struct {
	mailer *Mailer

	mu    sync.RWMutex
	users map[string]string
}

func NewUserService(m *Mailer) *UserService {
	return &UserService{mailer: m, users: make(map[string]string)}
}

// SignUp adds a user and writes a mail.
func (s *UserService) SignUp(name, mail string) error {
	s.mu.Lock()
	if _, ok := s.users[name]; ok {
		s.mu.Unlock()
		return errTaken
	}
	s.users[name] = mail
	s.mu.Unlock()
	return s.mailer.Send(mail, "Welcome, "+name)
}

// Count returns the number of users.
func (s *UserService) Count() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.users)
}
