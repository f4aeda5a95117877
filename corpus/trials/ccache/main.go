// A cache is stopped while requests still fill it.
package main

import (
	"strconv"
	"time"

	"github.com/karlseguin/ccache"
)

type prices struct{ cache *ccache.Cache }

func (p *prices) get(sku string) (int, error) {
	item, err := p.cache.Fetch(sku, time.Second, func() (interface{}, error) {
		return len(sku), nil
	})
	if err != nil {
		return 0, err
	}
	return item.Value().(int), nil
}

func (p *prices) close() { p.cache.Stop() }

func main() {
	p := &prices{cache: ccache.New(ccache.Configure().MaxSize(100))}
	for i := 0; i < 4; i++ {
		go func(i int) {
			for n := 0; ; n++ {
				p.get(strconv.Itoa(n * i % 1000))
			}
		}(i)
	}
	time.Sleep(100 * time.Millisecond)
	p.close()
	time.Sleep(time.Second)
}
