// The callbacks take a lock for the slice.

package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"sort"
	"strings"
	"sync"
	"time"

	"example.com/projects/pricescraper/fixed/scrape"
)

type item struct {
	shop  string
	name  string
	price string
}

func main() {
	parallel := flag.Int("parallel", 4, "pages fetched at once")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("usage: pricescraper URL...")
	}
	items, err := scrapeAll(flag.Args(), scrape.Async(true), scrape.Parallelism(*parallel), scrape.Delay(100*time.Millisecond))
	if err != nil {
		log.Fatal(err)
	}
	if err := writeCSV(os.Stdout, items); err != nil {
		log.Fatal(err)
	}
}

func scrapeAll(urls []string, opts ...scrape.Option) ([]item, error) {
	c := scrape.New(opts...)
	var mu sync.Mutex
	items := make([]item, 0, 128)

	c.OnRequest(func(r *scrape.Request) {
		r.Header.Set("Accept-Language", "en")
	})
	c.OnElement("li", func(e *scrape.Element) {
		name, price, ok := strings.Cut(e.Text, "|")
		if !ok {
			return
		}
		it := item{shop: e.Response.Host, name: strings.TrimSpace(name), price: strings.TrimSpace(price)}
		mu.Lock()
		items = append(items, it)
		mu.Unlock()
	})
	c.OnElement("a", func(e *scrape.Element) {
		if strings.HasPrefix(e.Text, "/page/") {
			_ = c.Visit(e.Response.Absolute(e.Text))
		}
	})
	c.OnError(func(url string, err error) {
		log.Printf("%s: %v", url, err)
	})

	for _, u := range urls {
		if err := c.Visit(u); err != nil {
			return nil, fmt.Errorf("visit %s: %w", u, err)
		}
	}
	c.Wait()
	sort.Slice(items, func(i, j int) bool { return items[i].name < items[j].name })
	return items, nil
}

func writeCSV(w io.Writer, items []item) error {
	out := csv.NewWriter(w)
	for _, it := range items {
		if err := out.Write([]string{it.shop, it.name, it.price}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
