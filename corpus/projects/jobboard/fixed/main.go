// Encoding takes the lock too.

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"
)

type server struct {
	board *Board
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /jobs/{kind}", s.submit)
	mux.HandleFunc("GET /jobs", s.list)
	mux.HandleFunc("GET /jobs/{id}/log", s.log)
	return mux
}

func (s *server) submit(w http.ResponseWriter, r *http.Request) {
	job, err := s.board.Submit(r.PathValue("kind"), r.FormValue("arg"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	http.Redirect(w, r, "/jobs/"+job.ID()+"/log", http.StatusSeeOther)
}

func (s *server) list(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(s.board.Jobs()); err != nil {
		log.Printf("encode: %v", err)
	}
}

func (s *server) log(w http.ResponseWriter, r *http.Request) {
	job := s.board.Job(r.PathValue("id"))
	if job == nil {
		http.NotFound(w, r)
		return
	}
	for _, line := range job.Log() {
		fmt.Fprintln(w, line)
	}
}

func main() {
	addr := flag.String("addr", ":8088", "listen address")
	workers := flag.Int("workers", 3, "jobs that run at once")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	b := NewBoard(map[string]Runner{"sleep": sleepRunner{step: time.Second, steps: 10}})
	b.Start(ctx, *workers)
	srv := &http.Server{Addr: *addr, Handler: (&server{b}).routes()}
	go func() { <-ctx.Done(); srv.Close() }()
	log.Print(srv.ListenAndServe())
}
