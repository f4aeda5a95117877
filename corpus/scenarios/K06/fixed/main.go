// The function of a flight asks for another key.
package main

import (
	"fmt"

	"golang.org/x/sync/singleflight"
)

type loader struct {
	flights singleflight.Group
}

func (l *loader) user(id string) (any, error) {
	value, err, _ := l.flights.Do("user/"+id, func() (any, error) {
		return l.profile(id)
	})
	return value, err
}

func (l *loader) profile(id string) (any, error) {
	value, err, _ := l.flights.Do("profile/"+id, func() (any, error) {
		return "profile of " + id, nil
	})
	return value, err
}

func main() {
	l := &loader{}
	fmt.Println(l.user("7"))
}
