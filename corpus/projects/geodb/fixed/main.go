// The open database is an atomic pointer that reloading swaps.

package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"syscall"

	"example.com/projects/geodb/fixed/geo"
)

func newHandler(db *geo.Lookup) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ip/{addr}", func(w http.ResponseWriter, r *http.Request) {
		addr, err := netip.ParseAddr(r.PathValue("addr"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		country, err := db.Country(addr)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"addr": addr.String(), "country": country})
	})
	mux.HandleFunc("POST /-/reload", func(w http.ResponseWriter, _ *http.Request) {
		db.Reload()
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func main() {
	addr := flag.String("addr", ":8053", "listen address")
	file := flag.String("db", "/var/lib/geo/networks.txt", "database")
	flag.Parse()
	db := geo.New(geo.File(*file))
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	go func() {
		for range hup {
			log.Print("reload")
			db.Reload()
		}
	}()
	log.Fatal(http.ListenAndServe(*addr, newHandler(db)))
}
