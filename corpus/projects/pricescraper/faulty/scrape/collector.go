// Package scrape fetches pages and calls back for what is on them.
package scrape

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

var ErrVisited = errors.New("scrape: visited before")

type Request struct {
	URL    *url.URL
	Header http.Header
}

type Response struct {
	Host string
	URL  *url.URL
	Body string
}

// Absolute resolves a reference found on the page.
func (r *Response) Absolute(ref string) string {
	u, err := r.URL.Parse(ref)
	if err != nil {
		return ref
	}
	return u.String()
}

type Element struct {
	Name     string
	Text     string
	Response *Response
}

type elementCallback struct {
	name string
	re   *regexp.Regexp
	f    func(*Element)
}

// Collector walks a site. In asynchronous mode callbacks run in the goroutines of the pages.
type Collector struct {
	client *http.Client
	async  bool
	delay  time.Duration
	slots  chan struct{}
	wg     sync.WaitGroup

	// lock guards the callbacks and what was visited.
	lock       sync.RWMutex
	visited    map[string]bool
	onRequest  []func(*Request)
	onElement  []elementCallback
	onError    []func(string, error)
	onResponse []func(*Response)
}

type Option func(*Collector)

func Async(on bool) Option { return func(c *Collector) { c.async = on } }
func Parallelism(n int) Option {
	return func(c *Collector) { c.slots = make(chan struct{}, max(n, 1)) }
}
func Delay(d time.Duration) Option  { return func(c *Collector) { c.delay = d } }
func Client(hc *http.Client) Option { return func(c *Collector) { c.client = hc } }

func New(opts ...Option) *Collector {
	c := &Collector{
		client:  &http.Client{Timeout: 10 * time.Second},
		slots:   make(chan struct{}, 2),
		visited: make(map[string]bool),
	}
	for _, o := range opts {
		o(c)
	}
	return c
}

func (c *Collector) OnRequest(f func(*Request)) {
	c.lock.Lock()
	c.onRequest = append(c.onRequest, f)
	c.lock.Unlock()
}

func (c *Collector) OnResponse(f func(*Response)) {
	c.lock.Lock()
	c.onResponse = append(c.onResponse, f)
	c.lock.Unlock()
}

func (c *Collector) OnError(f func(string, error)) {
	c.lock.Lock()
	c.onError = append(c.onError, f)
	c.lock.Unlock()
}

// OnElement calls f for the text of each element of the name.
func (c *Collector) OnElement(name string, f func(*Element)) {
	re := regexp.MustCompile(fmt.Sprintf(`<%s[^>]*>([^<]*)</%s>`, name, name))
	c.lock.Lock()
	c.onElement = append(c.onElement, elementCallback{name, re, f})
	c.lock.Unlock()
}

// Visit fetches a page; in asynchronous mode it returns at once.
func (c *Collector) Visit(page string) error {
	u, err := url.Parse(page)
	if err != nil {
		return err
	}
	c.lock.Lock()
	if c.visited[u.String()] {
		c.lock.Unlock()
		return ErrVisited
	}
	c.visited[u.String()] = true
	c.lock.Unlock()
	c.wg.Add(1)
	if c.async {
		go c.fetch(u)
		return nil
	}
	return c.fetch(u)
}

// Wait returns when all pages are done.
func (c *Collector) Wait() { c.wg.Wait() }

func (c *Collector) fetch(u *url.URL) error {
	defer c.wg.Done()
	c.slots <- struct{}{}
	res, err := c.get(u)
	<-c.slots
	if err != nil {
		c.lock.RLock()
		defer c.lock.RUnlock()
		for _, f := range c.onError {
			f(u.String(), err)
		}
		return err
	}
	c.handleResponse(res)
	c.handleElements(res)
	return nil
}

func (c *Collector) get(u *url.URL) (*Response, error) {
	time.Sleep(c.delay)
	req := &Request{URL: u, Header: make(http.Header)}
	c.lock.RLock()
	callbacks := c.onRequest
	c.lock.RUnlock()
	for _, f := range callbacks {
		f(req)
	}
	hr, err := http.NewRequest(http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	hr.Header = req.Header
	res, err := c.client.Do(hr)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var body strings.Builder
	if _, err := io.Copy(&body, io.LimitReader(res.Body, 1<<20)); err != nil {
		return nil, err
	}
	return &Response{Host: u.Host, URL: u, Body: body.String()}, nil
}

func (c *Collector) handleResponse(res *Response) {
	c.lock.RLock()
	callbacks := c.onResponse
	c.lock.RUnlock()
	for _, f := range callbacks {
		f(res)
	}
}

func (c *Collector) handleElements(res *Response) {
	c.lock.RLock()
	callbacks := c.onElement
	c.lock.RUnlock()
	for _, cb := range callbacks {
		for _, m := range cb.re.FindAllStringSubmatch(res.Body, -1) {
			cb.f(&Element{Name: cb.name, Text: m[1], Response: res})
		}
	}
}
