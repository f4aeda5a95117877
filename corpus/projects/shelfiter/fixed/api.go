package shelfiter

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// API serves a shelf.
type API struct {
	shelf *Shelf
	mux   *http.ServeMux
}

// NewAPI returns the handler of a shelf.
func NewAPI(s *Shelf) *API {
	a := &API{shelf: s, mux: http.NewServeMux()}
	a.mux.HandleFunc("POST /books", a.put)
	a.mux.HandleFunc("POST /books/{isbn}/take", a.take)
	a.mux.HandleFunc("GET /books", a.list)
	return a
}

func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

func (a *API) put(w http.ResponseWriter, r *http.Request) {
	var b Book
	if err := json.NewDecoder(r.Body).Decode(&b); err != nil || b.ISBN == "" {
		http.Error(w, "bad book", http.StatusBadRequest)
		return
	}
	a.shelf.Put(b)
	w.WriteHeader(http.StatusNoContent)
}

func (a *API) take(w http.ResponseWriter, r *http.Request) {
	b, err := a.shelf.Take(r.PathValue("isbn"))
	if errors.Is(err, ErrMissing) {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	reply(w, b)
}

func (a *API) list(w http.ResponseWriter, r *http.Request) {
	author := r.URL.Query().Get("author")
	var books []Book
	if author != "" {
		books = slices.Collect(a.shelf.ByAuthor(author))
	} else {
		for _, b := range a.shelf.All() {
			books = append(books, b)
		}
	}
	slices.SortFunc(books, func(x, y Book) int { return strings.Compare(x.ISBN, y.ISBN) })
	reply(w, books)
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
