// Dozens of goroutines make lock files in one directory, as a spool or a cache does. The kernel
// changes a directory under one lock, so they queue behind each other in openat, a thread each.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func claim(name string) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // fault: waits
	if err != nil {
		return err
	}
	defer os.Remove(name) // fault: waits
	return file.Close()
}

func main() {
	spool, err := os.MkdirTemp("", "spool")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(spool)
	for i := 0; i < 48; i++ {
		go func(worker int) {
			for n := 0; ; n++ {
				if err := claim(filepath.Join(spool, fmt.Sprintf("%d-%d", worker, n%100))); err != nil {
					panic(err)
				}
			}
		}(i)
	}
	select {}
}
