// Package level keeps how much the program says.
package level

import "sync/atomic"

var current atomic.Int64

// Set changes the level from now on.
func Set(n int) { current.Store(int64(n)) }

// Enabled says whether messages of the level are wanted.
func Enabled(n int) bool { return int64(n) <= current.Load() }
