package fakesender

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// recorder remembers the mails of each address.
type recorder struct {
	mu   sync.Mutex
	sent map[string][]Message
	fail func(Message) error
}

func newRecorder() *recorder { return &recorder{sent: make(map[string][]Message)} }

func (r *recorder) Send(_ context.Context, m Message) error {
	if r.fail != nil {
		if err := r.fail(m); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent[m.To] = append(r.sent[m.To], m)
	return nil
}

func TestAllMailsAreSent(t *testing.T) {
	rec := newRecorder()
	n := New(Config{Workers: 4, Queue: 200}, rec)
	for i := range 200 {
		to := fmt.Sprintf("user%d@example.com", i%20)
		if err := n.Notify(Message{To: to, Subject: "hello"}); err != nil {
			t.Fatal(err)
		}
	}
	n.Close()
	if len(rec.sent) != 20 {
		t.Errorf("%d addresses", len(rec.sent))
	}
}

func TestFailureIsKept(t *testing.T) {
	rec := newRecorder()
	rec.fail = func(Message) error { return errors.New("greylisted") }
	n := New(Config{Workers: 1}, rec)
	if err := n.Notify(Message{To: "a@example.com"}); err != nil {
		t.Fatal(err)
	}
	n.Close()
	if n.Failed("a@example.com") == nil {
		t.Error("no error")
	}
}
