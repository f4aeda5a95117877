package main

import (
	"strings"
	"sync"
)

type Handler func(from string, args []string) string

type Bot struct {
	prefix   string
	commands map[string]Handler
	replies  chan string
	wg       sync.WaitGroup
}

func NewBot(prefix string) *Bot {
	return &Bot{prefix: prefix, commands: map[string]Handler{}, replies: make(chan string, 1024)}
}

func (b *Bot) On(name string, h Handler) { b.commands[name] = h }

// Dispatch runs the command in ln, if it is one.
func (b *Bot) Dispatch(from, ln string) {
	if !strings.HasPrefix(ln, b.prefix) {
		return
	}
	f := strings.Fields(strings.TrimPrefix(ln, b.prefix))
	if len(f) == 0 {
		return
	}
	h, ok := b.commands[f[0]]
	if !ok {
		return
	}
	b.wg.Add(1)
	go func() {
		defer b.wg.Done()
		b.replies <- h(from, f[1:])
	}()
}
