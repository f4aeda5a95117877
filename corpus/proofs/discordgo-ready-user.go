// module: discordgo
// package: .
// finding: state.go:930 CT1105
package discordgo

import (
	"testing"
	"time"
)

// The listener handles a voice state in a goroutine of its own, which reads the user of the state;
// a READY that follows, as after a reconnection, replaces it, whether the state is kept or not.
func TestProofReadyUser(t *testing.T) {
	s, err := New("Bot none")
	if err != nil {
		t.Fatal(err)
	}
	s.StateEnabled = false
	s.VoiceConnections = map[string]*VoiceConnection{"guild": {}}
	ready := func() { s.handleEvent(readyEventType, &Ready{User: &User{ID: "me"}}) }
	ready()
	for i := 0; i < 50; i++ {
		update := &VoiceStateUpdate{VoiceState: &VoiceState{GuildID: "guild", ChannelID: "room", UserID: "me"}}
		s.handleEvent(voiceStateUpdateEventType, update)
		ready()
	}
	time.Sleep(10 * time.Millisecond)
}
