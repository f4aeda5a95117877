// Each receiver of an alert adds its own labels, and merging changes the set that all of them were given.
// want race

package main

import (
	"encoding/json"
	"errors"
	"flag"
	"log"
	"net/http"
	"time"

	"example.com/projects/alertfanout/faulty/alert"
	"example.com/projects/alertfanout/faulty/notify"
)

func newHandler(d *notify.Dispatcher) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/alerts", func(w http.ResponseWriter, r *http.Request) {
		var alerts []*alert.Alert
		if err := json.NewDecoder(r.Body).Decode(&alerts); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := d.Dispatch(r.Context(), alerts); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

func main() {
	addr := flag.String("addr", ":9093", "listen address")
	hook := flag.String("webhook", "", "URL of a webhook")
	flag.Parse()
	recv := []notify.Receiver{{Name: "log", Labels: alert.LabelSet{"channel": "log"}, Notifier: notify.LogNotifier{Printf: log.Printf}}}
	if *hook != "" {
		recv = append(recv, notify.Receiver{Name: "hook", Labels: alert.LabelSet{"channel": "web"}, Notifier: notify.NewWebhook(*hook, 5*time.Second)})
	}
	srv := &http.Server{Addr: *addr, Handler: newHandler(notify.NewDispatcher(recv...))}
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
