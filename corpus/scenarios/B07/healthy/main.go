// Looks alike: a supervisor starts workers again and again, because each is meant to end after its
// share of work.
package main

import (
	"log"
	"os"
	"os/exec"
	"time"
)

func main() {
	if len(os.Args) == 2 {
		time.Sleep(50 * time.Millisecond)
		return
	}
	for start := 1; ; start++ {
		worker := exec.Command(os.Args[0], "worker")
		worker.Stderr = os.Stderr
		if err := worker.Run(); err != nil {
			log.Fatal(err)
		}
		log.Printf("worker[%d] has done its share", worker.Process.Pid)
		time.Sleep(200 * time.Millisecond)
	}
}
