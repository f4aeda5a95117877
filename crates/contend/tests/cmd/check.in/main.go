package main

import "example.com/gone"

func half(m map[int]int) {
	go func() { m[1] = 1 }()
	m[2] = 2
}

func broken( {

func main() {
	half(gone.Map())
	go func() { shared["b"] = 1 }() //contend:ignore map-write-write -- the test is about this
	shared["a"] = 1
}

var shared = map[string]int{}
