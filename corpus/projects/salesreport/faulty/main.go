package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func routes(r *Report) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sale", func(w http.ResponseWriter, req *http.Request) {
		cents, err := strconv.ParseInt(req.FormValue("cents"), 10, 64)
		if err != nil || cents <= 0 {
			http.Error(w, "bad amount", http.StatusBadRequest)
			return
		}
		r.Add(req.FormValue("product"), cents)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /report.csv", func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		if err := r.WriteCSV(w); err != nil {
			log.Printf("report: %v", err)
		}
	})
	return mux
}

func main() {
	addr := flag.String("addr", ":8080", "listen address")
	dir := flag.String("archive", ".", "folder of past days")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	report := NewReport(dirArchive{dir: *dir}, time.Now())
	go report.RotateDaily(ctx, time.Now)

	server := &http.Server{Addr: *addr, Handler: routes(report)}
	go func() {
		<-ctx.Done()
		_ = server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
