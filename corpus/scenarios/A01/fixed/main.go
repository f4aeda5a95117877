// The flag is a channel that is closed: what was stored before is seen by all who saw the close.
package main

import "fmt"

type config struct{ name string }

var (
	current *config
	ready   = make(chan struct{})
)

func load() {
	current = &config{name: "production"}
	close(ready)
}

func await() string {
	<-ready
	return current.name
}

func main() {
	go load()
	fmt.Println(await())
}
