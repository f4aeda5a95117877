// A package variable waits for a channel that nobody knows.
package main

import "fmt"

var config = load()

func load() map[string]string {
	ch := make(chan map[string]string)
	return <-ch
}

func main() { fmt.Println(config) }
