package main

import (
	"encoding/json"
	"net/http"
)

type roomStats struct {
	Rooms   int            `json:"rooms"`
	Members map[string]int `json:"members"`
}

func statsHandler(h *Hub) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		reply := make(chan map[string]int, 1)
		h.stats <- reply
		members := <-reply
		stats := roomStats{Rooms: len(members), Members: members}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(stats)
	}
}
