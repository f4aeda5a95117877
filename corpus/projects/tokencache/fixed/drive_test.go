//go:build drive

package tokencache

import (
	"context"
	"fmt"
	"testing"
	"time"
)

func TestDrive(t *testing.T) {
	c := New(IssuerFunc(func(_ context.Context, a string) (Token, error) {
		return Token{Value: "v", Audience: a, Expires: time.Now().Add(200 * time.Microsecond)}, nil
	}), 0)
	defer c.Close()
	for i := range 3000 {
		if _, err := c.Get(context.Background(), fmt.Sprint(i%5)); err != nil {
			t.Fatal(err)
		}
	}
}
