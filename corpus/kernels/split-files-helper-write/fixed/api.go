package main

import (
	"fmt"
	"net/http"
)

type api struct{ visits *visits }

func (a *api) serve(w http.ResponseWriter, r *http.Request) {
	a.visits.note(r.URL.Path)
	fmt.Fprint(w, a.visits.count(r.URL.Path))
}
