//go:build drive

package quizbot

import (
	"context"
	"fmt"
	"testing"
	"time"
)

type fakeAPI struct{ n int64 }

func (f *fakeAPI) Updates(_ context.Context, offset int64) ([]Update, error) {
	var out []Update
	for i := range int64(10) {
		text := []string{"/start", "/answer a", "/score", "/answer b"}[i%4]
		out = append(out, Update{ID: offset + i, UserID: i % 2, Text: text})
	}
	return out, nil
}

func (f *fakeAPI) Send(context.Context, int64, string) error { return nil }

func TestDrive(t *testing.T) {
	var qs []Question
	for i := range 30 {
		qs = append(qs, Question{ID: fmt.Sprint(i), Text: "?", Answer: "a"})
	}
	b := New(&fakeAPI{}, Config{PollInterval: time.Millisecond, Questions: qs})
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if err := b.Run(ctx); err != nil {
		t.Fatal(err)
	}
}
