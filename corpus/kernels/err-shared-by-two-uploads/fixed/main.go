// The deferred cleanup and the goroutine assign the same err.
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
	var mirrorErr error
	go func() {
		defer close(done)
		if mirrorErr = mirror.put(name); mirrorErr != nil {
			mirrorErr = fmt.Errorf("mirror: %w", mirrorErr)
		}
	}()
	if err = primary.put(name); err != nil {
		<-done
		return fmt.Errorf("primary: %w", err)
	}
	<-done
	return mirrorErr
}

func main() {
	if backup(store{}, store{fail: true}, "photos.tar") == nil {
		panic("the mirror failed")
	}
}
