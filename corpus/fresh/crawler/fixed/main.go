// The slot is given back after the title is stored.

package main

import (
	"fmt"
	"strings"
)

type Page struct {
	URL   string
	Title string
	Bytes int
}

type fetcher interface {
	get(url string) string
}

type static map[string]string

func (s static) get(u string) string { return s[u] }

func title(html string) string {
	_, rest, ok := strings.Cut(html, "<title>")
	if !ok {
		return ""
	}
	t, _, _ := strings.Cut(rest, "</title>")
	return t
}

type Crawler struct {
	f   fetcher
	sem chan struct{}
}

func (c *Crawler) visit(p *Page) {
	body := c.f.get(p.URL)
	p.Bytes = len(body)
	p.Title = title(body)
	<-c.sem
}

func (c *Crawler) Crawl(urls []string) []*Page {
	pages := make([]*Page, 0, len(urls))
	for _, u := range urls {
		p := &Page{URL: u}
		pages = append(pages, p)
		c.sem <- struct{}{}
		go c.visit(p)
	}
	for range cap(c.sem) {
		c.sem <- struct{}{}
	}
	for range cap(c.sem) {
		<-c.sem
	}
	return pages
}

func main() {
	site := static{}
	var urls []string
	for i := range 20 {
		u := fmt.Sprintf("https://docs.example/%d", i)
		site[u] = fmt.Sprintf("<html><title>Doc %d</title></html>", i)
		urls = append(urls, u)
	}
	c := &Crawler{f: site, sem: make(chan struct{}, 4)}
	for range 20 {
		empty := 0
		for _, p := range c.Crawl(urls) {
			if p.Title == "" || p.Bytes == 0 {
				empty++
			}
		}
		if empty == len(urls) {
			fmt.Println("nothing fetched")
		}
	}
	fmt.Println("crawled")
}
