// A program waits for a child that does not end. With an argument "pipe" the child ends, but what
// it started in the background keeps the pipe of its output open.
package main

import (
	"os"
	"os/exec"
)

func backup() error {
	return exec.Command("sleep", "60").Run() // fault: waits
}

func restart() ([]byte, error) {
	return exec.Command("sh", "-c", "sleep 60 & echo started").Output() // fault: waits
}

func main() {
	if len(os.Args) == 2 {
		if _, err := restart(); err != nil {
			panic(err)
		}
		return
	}
	if err := backup(); err != nil {
		panic(err)
	}
}
