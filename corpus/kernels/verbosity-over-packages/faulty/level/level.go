// Package level keeps how much the program says.
package level

var current int

// Set changes the level from now on.
func Set(n int) { current = n } // race: write

// Enabled says whether messages of the level are wanted.
func Enabled(n int) bool { return n <= current } // race: read
