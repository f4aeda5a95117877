// A supervisor starts a service again whenever it ends, and waits longer each time. The service
// dies of the same map race each time.
package main

import (
	"log"
	"os"
	"os/exec"
	"time"
)

var hits = map[string]int{}

func hit(page string) {
	hits[page]++ // fault: write
}

func service() {
	for i := 0; i < 4; i++ {
		go func() {
			for {
				hit("/index.html")
			}
		}()
	}
	select {}
}

func main() {
	if len(os.Args) == 2 {
		service()
	}
	wait := 10 * time.Millisecond
	for start := 1; start <= 5; start++ {
		child := exec.Command(os.Args[0], "service")
		child.Stderr = os.Stderr
		err := child.Run()
		log.Printf("service[%d] ended: %v; start %d in %v", child.Process.Pid, err, start+1, wait)
		time.Sleep(wait)
		wait *= 2
	}
	log.Fatal("start limit hit, giving up")
}
