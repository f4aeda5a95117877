// Looks alike: a slow child that moves. It works for a few seconds and tells how far it is.
package main

import (
	"bufio"
	"fmt"
	"os/exec"
)

func convert() error {
	child := exec.Command("sh", "-c", "for step in 1 2 3 4 5 6 7 8 9; do echo $step; sleep 0.5; done")
	progress, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return err
	}
	for lines := bufio.NewScanner(progress); lines.Scan(); {
		fmt.Println("step", lines.Text())
	}
	return child.Wait()
}

func main() {
	if err := convert(); err != nil {
		panic(err)
	}
}
