// Package web is a small framework: handlers with a context, and middleware around them.
package web

import (
	"encoding/json"
	"net/http"
	"runtime/debug"
	"time"
)

// Handler answers one request.
type Handler func(c *Context)

// Engine routes requests.
type Engine struct {
	mux        *http.ServeMux
	middleware []Handler
}

func New() *Engine { return &Engine{mux: http.NewServeMux()} }

// Use adds middleware for the routes that come after it.
func (e *Engine) Use(h ...Handler) { e.middleware = append(e.middleware, h...) }

// Handle adds a route.
func (e *Engine) Handle(pattern string, h Handler) {
	chain := append(append([]Handler(nil), e.middleware...), h)
	e.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		c := &Context{Request: r, Writer: w, handlers: chain, index: -1}
		c.Next()
	})
}

func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.mux.ServeHTTP(w, r) }

// Context is what handlers of one request share.
type Context struct {
	Request *http.Request
	Writer  http.ResponseWriter

	handlers []Handler
	index    int
	status   int
	keys     map[string]any
}

// Next runs the handlers after this one.
func (c *Context) Next() {
	for c.index++; c.index < len(c.handlers); c.index++ {
		c.handlers[c.index](c)
	}
}

// Set keeps a value for the handlers of this request.
func (c *Context) Set(key string, value any) {
	if c.keys == nil { // race: read
		c.keys = make(map[string]any) // race: write
	}
	c.keys[key] = value // race: write
}

// Get returns a value that was set.
func (c *Context) Get(key string) (any, bool) {
	v, ok := c.keys[key] // race: read
	return v, ok
}

// JSON answers with a value.
func (c *Context) JSON(status int, v any) {
	c.status = status
	c.Writer.Header().Set("Content-Type", "application/json")
	c.Writer.WriteHeader(status)
	_ = json.NewEncoder(c.Writer).Encode(v)
}

// Param returns a part of the path.
func (c *Context) Param(name string) string { return c.Request.PathValue(name) }

// Recover answers 500 when a handler panics.
func Recover() Handler {
	return func(c *Context) {
		defer func() {
			if p := recover(); p != nil {
				debug.PrintStack()
				c.JSON(http.StatusInternalServerError, map[string]any{"error": "internal"})
			}
		}()
		c.Next()
	}
}

// AccessLog writes a line for each request, with all its keys.
func AccessLog(printf func(string, ...any)) Handler {
	return func(c *Context) {
		start := time.Now()
		c.Set("path", c.Request.URL.Path)
		c.Next()
		fields := make([]any, 0, 2*len(c.keys)) // race: read
		for k, v := range c.keys {              // race: read
			fields = append(fields, k, v)
		}
		printf("%s %d %v %v", c.Request.Method, c.status, time.Since(start), fields)
	}
}
