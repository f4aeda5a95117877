// Looks alike: one goroutine writes a file at each tick, others wait for a signal or a tick.
package main

import (
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

func flush(name string) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(name)
	return file.Close()
}

func flusher(spool string) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for range ticker.C {
		if err := flush(filepath.Join(spool, "state")); err != nil {
			panic(err)
		}
	}
}

func main() {
	spool, err := os.MkdirTemp("", "spool")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(spool)
	for i := 0; i < 8; i++ {
		go func() {
			for range time.Tick(time.Second) {
			}
		}()
	}
	go flusher(spool)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
}
