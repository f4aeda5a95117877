package main

import (
	"fmt"
	"net/http"
	"time"
)

func main() {
	cache := NewCache(time.Minute)
	events := make(chan string)
	stats := &Stats{counts: make(map[string]int)}
	go stats.Follow(events, time.Second)

	for key, err := range cache.Warm([]string{"a", "b", "c"}, load) {
		fmt.Println("not loaded:", key, err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		value, ok := cache.Get(r.URL.Path)
		if !ok {
			events <- "miss"
			http.NotFound(w, r)
			return
		}
		events <- "hit"
		fmt.Fprintln(w, value)
	})
	fmt.Println(http.ListenAndServe("localhost:8080", nil))
}

// load stands for a slow origin.
func load(key string) (string, error) {
	time.Sleep(10 * time.Millisecond)
	return "value of " + key, nil
}
