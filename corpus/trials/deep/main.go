// A tree walk that does not see that the tree has a circle, asked while it goes down.
package main

import "time"

type node struct {
	name     string
	children []*node
}

func (n *node) size(pad [400]byte) int {
	sum := len(n.name)
	for _, c := range n.children {
		pad[0]++
		time.Sleep(5 * time.Microsecond)
		sum += c.size(pad)
	}
	return sum
}

func main() {
	root := &node{name: "root"}
	root.children = []*node{{name: "a", children: []*node{root}}}
	println(root.size([400]byte{}))
}
