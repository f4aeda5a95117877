// module: discordgo
// package: .
// finding: wsapi.go:638 CT1105
package discordgo

import (
	"testing"

	"github.com/gorilla/websocket"
)

// The listener stores each acknowledgement under the session's lock; HeartbeatLatency, which
// programs call to show their ping, reads it without.
func TestProofHeartbeatLatency(t *testing.T) {
	s, err := New("Bot none")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < 100; i++ {
			if _, err := s.onEvent(websocket.TextMessage, []byte(`{"op":11}`)); err != nil {
				t.Error(err)
			}
		}
	}()
	for i := 0; i < 100; i++ {
		s.HeartbeatLatency()
	}
	<-done
}
