// The hub gives each subscriber its own copy of the message.

package main

import (
	"fmt"
	"strings"
)

type archiver struct{ bytes int }

func (a *archiver) Receive(m *Message) { a.bytes += len(m.Text) }

type moderator struct{ banned []string }

func (b *moderator) Receive(m *Message) {
	for _, w := range b.banned {
		if strings.Contains(m.Text, w) {
			m.Text = strings.ReplaceAll(m.Text, w, "***")
		}
	}
}

func main() {
	h := &Hub{}
	arc := &archiver{}
	h.Join(&moderator{banned: []string{"darn"}})
	h.Join(arc)
	for i := range 200 {
		h.Publish(Message{Room: "go", From: "zed", Text: fmt.Sprintf("darn build %d", i)})
	}
	h.Close()
	fmt.Println(arc.bytes > 0)
}
