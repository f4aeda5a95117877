// The function of a flight asks the same group for the same key, and waits for itself.
package main

import (
	"fmt"

	"golang.org/x/sync/singleflight"
)

type loader struct {
	flights singleflight.Group
}

func (l *loader) user(id string) (any, error) {
	value, err, _ := l.flights.Do(id, func() (any, error) { // fault: waits
		return l.profile(id)
	})
	return value, err
}

func (l *loader) profile(id string) (any, error) {
	return l.user(id)
}

func main() {
	l := &loader{}
	fmt.Println(l.user("7"))
}
