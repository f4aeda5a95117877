package bubble

import (
	"testing"
	"testing/synctest"
)

// The bubble has a goroutine that nobody can wake.
func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		go func() { <-make(chan int) }()
	})
}
