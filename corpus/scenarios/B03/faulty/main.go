// A program waits for a child that does not end.
package main

import "os/exec"

func backup() error {
	return exec.Command("sleep", "60").Run()
}

func main() {
	if err := backup(); err != nil {
		panic(err)
	}
}
