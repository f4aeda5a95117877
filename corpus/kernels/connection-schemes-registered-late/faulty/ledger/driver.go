// Package ledger is a database driver whose ways to a server can be added.
// want CT1002 CT1001
package ledger

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
)

// A Transport brings one to a server.
type Transport func(address string) error

var transports map[string]Transport

// RegisterTransport adds a way to servers, under the scheme of their addresses.
func RegisterTransport(scheme string, transport Transport) {
	if transports == nil {
		transports = make(map[string]Transport)
	}
	transports[scheme] = transport // race: write
}

type ledgerDriver struct{}

func init() {
	sql.Register("ledger", ledgerDriver{})
}

func (ledgerDriver) Open(source string) (driver.Conn, error) {
	scheme, address, _ := strings.Cut(source, "://")
	transport, ok := transports[scheme] // race: read
	if !ok {
		return nil, errors.New("no way to " + source)
	}
	return nil, transport(address)
}
