// A session has a lock of its own.

package quizbot

import (
	"context"
	"fmt"
	"log"
	"sync"
	"time"
)

// Update is one message from the chat service.
type Update struct {
	ID     int64
	ChatID int64
	UserID int64
	Text   string
}

// API is the chat service.
type API interface {
	Updates(ctx context.Context, offset int64) ([]Update, error)
	Send(ctx context.Context, chatID int64, text string) error
}

// Config holds what the operator can set.
type Config struct {
	PollInterval time.Duration
	Questions    []Question
}

// Bot asks questions in chats.
type Bot struct {
	api      API
	cfg      Config
	commands map[string]command
	sessions *sessionTable
	wg       sync.WaitGroup
}

type command func(ctx context.Context, s *Session, u Update) (string, error)

func New(api API, cfg Config) *Bot {
	if cfg.PollInterval == 0 {
		cfg.PollInterval = time.Second
	}
	b := &Bot{api: api, cfg: cfg, sessions: newSessionTable()}
	b.commands = map[string]command{
		"/start":  b.start,
		"/answer": b.answer,
		"/score":  b.score,
	}
	return b
}

// Run polls for updates until ctx is done; every update has a goroutine.
func (b *Bot) Run(ctx context.Context) error {
	defer b.wg.Wait()
	var offset int64
	for {
		updates, err := b.api.Updates(ctx, offset)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			log.Printf("updates: %v", err)
		}
		for _, u := range updates {
			offset = u.ID + 1
			b.wg.Add(1)
			go func(u Update) {
				defer b.wg.Done()
				b.handle(ctx, u)
			}(u)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(b.cfg.PollInterval):
		}
	}
}

func (b *Bot) handle(ctx context.Context, u Update) {
	defer func() {
		if r := recover(); r != nil {
			log.Printf("panic in update %d: %v", u.ID, r)
		}
	}()
	name, rest := splitCommand(u.Text)
	run, ok := b.commands[name]
	if !ok {
		return
	}
	u.Text = rest
	reply, err := run(ctx, b.sessions.get(u.UserID), u)
	if err != nil {
		reply = "Sorry: " + err.Error()
	}
	if err := b.api.Send(ctx, u.ChatID, reply); err != nil {
		log.Printf("send: %v", err)
	}
}

func (b *Bot) start(_ context.Context, s *Session, _ Update) (string, error) {
	if len(b.cfg.Questions) == 0 {
		return "", fmt.Errorf("there are no questions")
	}
	s.reset()
	return b.cfg.Questions[0].Text, nil
}

func (b *Bot) answer(_ context.Context, s *Session, u Update) (string, error) {
	n := s.next()
	if n >= len(b.cfg.Questions) {
		return "", fmt.Errorf("the quiz is over")
	}
	q := b.cfg.Questions[n]
	s.record(q.ID, q.check(u.Text))
	if n+1 < len(b.cfg.Questions) {
		return b.cfg.Questions[n+1].Text, nil
	}
	return "Thank you!", nil
}

func (b *Bot) score(_ context.Context, s *Session, _ Update) (string, error) {
	right, all := s.score()
	return fmt.Sprintf("%d of %d", right, all), nil
}
