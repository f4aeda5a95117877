package podlabels

import (
	"encoding/json"
	"net/http"
)

// ReportHandler serves copies of the pods that have a label.
type ReportHandler struct {
	Store *Store
}

func (h *ReportHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	pods := h.Store.List(q.Get("label"), q.Get("value"))
	out := make([]*Pod, 0, len(pods))
	for _, p := range pods {
		out = append(out, p.DeepCopy())
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(out); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
