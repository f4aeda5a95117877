package tokencache

import (
	"context"
	"testing"
	"time"
)

func TestGetKeepsToken(t *testing.T) {
	calls := 0
	c := New(IssuerFunc(func(_ context.Context, audience string) (Token, error) {
		calls++
		return Token{Value: "v", Audience: audience, Expires: time.Now().Add(time.Hour)}, nil
	}), time.Minute)
	defer c.Close()
	for range 3 {
		if _, err := c.Get(context.Background(), "a"); err != nil {
			t.Fatal(err)
		}
	}
	if calls != 1 {
		t.Errorf("issued %d times", calls)
	}
}

func TestDeniedIsReturned(t *testing.T) {
	c := New(IssuerFunc(func(context.Context, string) (Token, error) { return Token{}, ErrDenied }), 0)
	defer c.Close()
	if _, err := c.Get(context.Background(), "a"); err != ErrDenied {
		t.Errorf("got %v", err)
	}
	if c.Len() != 0 {
		t.Error("kept")
	}
}
