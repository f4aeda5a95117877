// The spool has a directory for each worker: nobody shares the lock of a directory.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

func claim(name string) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(name)
	return file.Close()
}

func main() {
	spool, err := os.MkdirTemp("", "spool")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(spool)
	var wg sync.WaitGroup
	for i := 0; i < 16; i++ {
		own := filepath.Join(spool, fmt.Sprint(i))
		if err := os.Mkdir(own, 0o700); err != nil {
			panic(err)
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := 0; n < 100; n++ {
				if err := claim(filepath.Join(own, fmt.Sprint(n))); err != nil {
					panic(err)
				}
			}
		}()
	}
	wg.Wait()
	fmt.Println("1600 files")
}
