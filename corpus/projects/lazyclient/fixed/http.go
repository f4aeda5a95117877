package main

import (
	"encoding/json"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"os"
)

type app struct {
	c *Container
}

func (a *app) signUp(w http.ResponseWriter, r *http.Request) {
	var in struct{ Name, Mail string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch err := a.c.Users().SignUp(in.Name, in.Mail); {
	case errors.Is(err, errTaken):
		http.Error(w, err.Error(), http.StatusConflict)
	case err != nil:
		a.c.log.Error("sign up", "err", err)
		http.Error(w, "failed", http.StatusInternalServerError)
	default:
		w.WriteHeader(http.StatusCreated)
	}
}

func (a *app) health(w http.ResponseWriter, r *http.Request) {
	db, err := a.c.DB()
	if err == nil {
		err = db.PingContext(r.Context())
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]int{"users": a.c.Users().Count()})
}

func (a *app) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /users", a.signUp)
	mux.HandleFunc("GET /health", a.health)
	return mux
}

func main() {
	s := settingsFromEnv()
	a := &app{c: NewContainer(s, slog.New(slog.NewTextHandler(os.Stderr, nil)))}
	log.Fatal(http.ListenAndServe(s.Listen, a.handler()))
}
