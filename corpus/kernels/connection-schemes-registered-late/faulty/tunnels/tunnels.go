// Package tunnels finds ways to servers.
package tunnels

import (
	"errors"
	"fmt"

	"example.com/kernels/connection-schemes-registered-late/faulty/ledger"
)

// Discover adds a way for each tunnel that it hears of.
func Discover() {
	for i := range 50 {
		ledger.RegisterTransport(fmt.Sprintf("tunnel%d", i), Refuse)
	}
}

// Refuse reaches nobody.
func Refuse(address string) error {
	return errors.New("nobody at " + address)
}
