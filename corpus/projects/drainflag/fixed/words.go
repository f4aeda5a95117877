package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
)

type counts struct {
	Words  int            `json:"words"`
	Lines  int            `json:"lines"`
	ByWord map[string]int `json:"by_word,omitempty"`
}

func countWords(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "use POST", http.StatusMethodNotAllowed)
		return
	}
	body := http.MaxBytesReader(w, r.Body, 1<<20)
	c := counts{ByWord: make(map[string]int)}
	scanner := bufio.NewScanner(body)
	for scanner.Scan() {
		c.Lines++
		for _, word := range strings.Fields(scanner.Text()) {
			c.Words++
			c.ByWord[strings.ToLower(word)]++
		}
	}
	if err := scanner.Err(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if r.URL.Query().Get("brief") != "" {
		c.ByWord = nil
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(c)
}
