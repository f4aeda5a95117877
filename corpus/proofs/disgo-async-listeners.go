// module: disgo
// package: bot
// finding: bot/event_manager.go:166 CT1105
package bot

import (
	"sync"
	"testing"
)

type proofEvent struct{}

func (proofEvent) Client() Client      { return nil }
func (proofEvent) SequenceNumber() int { return 0 }

// With asynchronous events each listener runs in a goroutine that looks it up in the list of the
// manager, when the manager's lock is free again. Whoever adds listeners meanwhile writes that list.
func TestProofAsyncListeners(t *testing.T) {
	var done sync.WaitGroup
	heard := NewListenerFunc(func(proofEvent) { done.Done() })
	manager := NewEventManager(nil, WithListeners(heard), WithAsyncEventsEnabled())
	for i := 0; i < 100; i++ {
		done.Add(1)
		manager.DispatchEvent(proofEvent{})
		manager.AddEventListeners(NewListenerFunc(func(Event) {}))
	}
	done.Wait()
}
