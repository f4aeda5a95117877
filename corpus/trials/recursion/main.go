// A String method that prints its own receiver.
package main

import (
	"fmt"
	"runtime/debug"
)

type node struct {
	name string
	next *node
}

func (n *node) String() string { return fmt.Sprintf("%s -> %v", n.name, n) }

func main() {
	debug.SetMaxStack(64 << 20)
	n := &node{name: "a"}
	fmt.Println(n)
}
