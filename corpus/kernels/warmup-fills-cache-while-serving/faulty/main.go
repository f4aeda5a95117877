// A warm-up job fills the package-level cache while the first requests already read it.
// want CT1002 CT1007 CT1106
package main

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
)

var prices = make(map[int]int)

func warmUp(products int) {
	for id := range products {
		prices[id] = id * 100 // race: write
	}
}

func showPrice(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.URL.Query().Get("id"))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	price, ok := prices[id] // race: read
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Write(strconv.AppendInt(nil, int64(price), 10))
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /price", showPrice)
	server := httptest.NewServer(mux)
	defer server.Close()
	var warm sync.WaitGroup
	warm.Add(1)
	go func() {
		defer warm.Done()
		warmUp(20000)
	}()
	for i := range 20 {
		res, err := http.Get(server.URL + "/price?id=" + strconv.Itoa(i))
		if err != nil {
			panic(err)
		}
		res.Body.Close()
	}
	warm.Wait()
}
