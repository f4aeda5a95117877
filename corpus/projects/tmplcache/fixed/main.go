package main

import (
	"flag"
	"log"
	"net/http"
	"os"
)

func routes(s *site) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.Index)
	mux.HandleFunc("GET /a/{slug}", s.Article)
	return mux
}

func main() {
	addr := flag.String("addr", ":8000", "listen address")
	dir := flag.String("templates", "templates", "folder of templates")
	dev := flag.Bool("dev", false, "read templates again for each page")
	flag.Parse()
	s := &site{
		pages:    NewRenderer(os.DirFS(*dir), "layout.html", WithReload(*dev), WithGlobal("Site", "notes")),
		articles: &articles{},
	}
	s.articles.put(article{Slug: "hello", Title: "Hello"})
	log.Fatal(http.ListenAndServe(*addr, logged(routes(s))))
}
