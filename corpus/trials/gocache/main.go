// An admin page walks over the items of a cache. go-cache 2.0.0 hands out its own map.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"github.com/patrickmn/go-cache"
)

var sessions = cache.New(time.Minute, time.Second)

func admin(w http.ResponseWriter, r *http.Request) {
	json.NewEncoder(w).Encode(sessions.Items())
}

func login(w http.ResponseWriter, r *http.Request) {
	for n := 0; n < 100; n++ {
		sessions.Set(strconv.Itoa(n), r.RemoteAddr, cache.DefaultExpiration)
	}
}

func main() {
	http.HandleFunc("/admin", admin)
	http.HandleFunc("/login", login)
	server := httptest.NewServer(http.DefaultServeMux)
	for _, page := range []string{"/login", "/login", "/admin", "/admin"} {
		go func(page string) {
			for {
				answer, err := http.Get(server.URL + page)
				if err != nil {
					fmt.Println(err)
					continue
				}
				answer.Body.Close()
			}
		}(page)
	}
	select {}
}
