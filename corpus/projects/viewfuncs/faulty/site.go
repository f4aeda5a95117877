package views

import (
	"net/http"
	"sort"
	"sync"
	"time"
)

// Note is one entry of the notebook.
type Note struct {
	ID    string
	Title string
	Tags  []string
	Time  time.Time
}

// Notebook is an example site: a list of notes.
type Notebook struct {
	views *Renderer

	mu    sync.Mutex
	notes map[string]Note
}

func NewNotebook(v *Renderer) *Notebook {
	return &Notebook{views: v, notes: make(map[string]Note)}
}

// Routes are the pages of the notebook.
func (n *Notebook) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", n.index)
	mux.HandleFunc("GET /notes/{id}", n.show)
	mux.HandleFunc("POST /notes/{id}", n.save)
	return mux
}

func (n *Notebook) all() []Note {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := make([]Note, 0, len(n.notes))
	for _, note := range n.notes {
		out = append(out, note)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Time.After(out[j].Time) })
	return out
}

func (n *Notebook) index(w http.ResponseWriter, r *http.Request) {
	n.views.Render(w, http.StatusOK, "index", n.all(), ForRequest(r))
}

func (n *Notebook) show(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	note, ok := n.notes[r.PathValue("id")]
	n.mu.Unlock()
	if !ok {
		n.views.Render(w, http.StatusNotFound, "missing", nil, ForRequest(r))
		return
	}
	n.views.Render(w, http.StatusOK, "note", note, ForRequest(r))
}

func (n *Notebook) save(w http.ResponseWriter, r *http.Request) {
	note := Note{ID: r.PathValue("id"), Title: r.FormValue("title"), Tags: r.Form["tag"], Time: time.Now()}
	n.mu.Lock()
	n.notes[note.ID] = note
	n.mu.Unlock()
	http.Redirect(w, r, "/notes/"+note.ID, http.StatusSeeOther)
}
