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
		stats := roomStats{Members: make(map[string]int)}
		for room, members := range h.rooms { // race: read
			stats.Rooms++
			stats.Members[room] = len(members) // race: read
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(stats)
	}
}
