// The deferred cleanup and the goroutine assign the same err.
// want CT1102
package main

import (
	"errors"
	"fmt"
)

type store struct{ fail bool }

func (s store) put(name string) error {
	if s.fail {
		return errors.New("disk full: " + name)
	}
	return nil
}

func backup(primary, mirror store, name string) error {
	done := make(chan struct{})
	var err error
	go func() {
		defer close(done)
		if err = mirror.put(name); err != nil { // race: write
			err = fmt.Errorf("mirror: %w", err)
		}
	}()
	if err = primary.put(name); err != nil { // race: write
		<-done
		return fmt.Errorf("primary: %w", err)
	}
	<-done
	return err
}

func main() {
	if backup(store{}, store{fail: true}, "photos.tar") == nil {
		panic("the mirror failed")
	}
}
