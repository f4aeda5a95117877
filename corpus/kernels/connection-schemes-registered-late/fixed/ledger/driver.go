// Package ledger is a database driver whose ways to a server can be added.
package ledger

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"sync"
)

// A Transport brings one to a server.
type Transport func(address string) error

var (
	guard      sync.RWMutex
	transports map[string]Transport
)

// RegisterTransport adds a way to servers, under the scheme of their addresses.
func RegisterTransport(scheme string, transport Transport) {
	guard.Lock()
	defer guard.Unlock()
	if transports == nil {
		transports = make(map[string]Transport)
	}
	transports[scheme] = transport
}

type ledgerDriver struct{}

func init() {
	sql.Register("ledger", ledgerDriver{})
}

func (ledgerDriver) Open(source string) (driver.Conn, error) {
	scheme, address, _ := strings.Cut(source, "://")
	guard.RLock()
	transport, ok := transports[scheme]
	guard.RUnlock()
	if !ok {
		return nil, errors.New("no way to " + source)
	}
	return nil, transport(address)
}
