// A program opens connections while it still adds ways to servers.
package main

import (
	"database/sql"
	"sync"

	_ "example.com/kernels/connection-schemes-registered-late/faulty/ledger"
	"example.com/kernels/connection-schemes-registered-late/faulty/tunnels"
)

func main() {
	db, err := sql.Open("ledger", "tunnel1://books:7000")
	if err != nil {
		panic(err)
	}
	var pings sync.WaitGroup
	for range 4 {
		pings.Go(func() {
			for range 50 {
				_ = db.Ping()
			}
		})
	}
	tunnels.Discover()
	pings.Wait()
}
