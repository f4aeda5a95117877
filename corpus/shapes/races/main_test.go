package main

import "testing"

func TestSession(t *testing.T) {
	t.Run("shared", func(t *testing.T) { shared() })
}
