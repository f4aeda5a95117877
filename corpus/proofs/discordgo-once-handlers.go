// module: discordgo
// package: .
// finding: event.go:183 CT1001
package discordgo

import (
	"sync"
	"testing"
)

// Events are dispatched by the gateway's listener and by every request that meets a rate limit.
// Both forget the handlers that run once, and hold the lock of the handlers for reading only.
func TestProofOnceHandlers(t *testing.T) {
	s, err := New("Bot none")
	if err != nil {
		t.Fatal(err)
	}
	s.AddHandlerOnce(func(*Session, *RateLimit) {})
	s.AddHandlerOnce(func(*Session, *Disconnect) {})
	var both sync.WaitGroup
	both.Add(2)
	go func() {
		defer both.Done()
		s.handleEvent(rateLimitEventType, &RateLimit{TooManyRequests: &TooManyRequests{}})
	}()
	go func() {
		defer both.Done()
		s.handleEvent(disconnectEventType, &Disconnect{})
	}()
	both.Wait()
}
