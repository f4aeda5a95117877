package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"time"

	"example.com/projects/apimetrics/faulty/metrics"
)

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(code int) {
	r.status = code
	r.ResponseWriter.WriteHeader(code)
}

func instrument(requests *metrics.CounterVec, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		requests.With(r.Method, strconv.Itoa(rec.status)).Inc()
	})
}

func newHandler() http.Handler {
	requests := metrics.NewCounterVec("api_requests_total", "method", "code")
	api := http.NewServeMux()
	api.HandleFunc("GET /v1/time", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(time.Now().Format(time.RFC3339)))
	})
	root := http.NewServeMux()
	root.Handle("/v1/", instrument(requests, api))
	root.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		if _, err := requests.WriteTo(w); err != nil {
			log.Printf("metrics: %v", err)
		}
	})
	return root
}

func main() {
	server := &http.Server{Addr: ":8080", Handler: newHandler()}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		short, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(short); err != nil {
			log.Printf("shutdown: %v", err)
		}
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
