package flagclient

import (
	"encoding/json"
	"net/http"
	"strings"
)

// Handler shows the flags, all or those with a prefix.
type Handler struct {
	client *Client
}

func NewHandler(c *Client) *Handler { return &Handler{client: c} }

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	prefix := r.URL.Query().Get("prefix")
	out := make([]Flag, 0, 16)
	for key, f := range h.client.All() { // race: read
		if strings.HasPrefix(key, prefix) {
			out = append(out, f)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(out); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
