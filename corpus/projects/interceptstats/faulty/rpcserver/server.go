// An interceptor chain counts calls by method, and the counts are reset by swapping a plain map.
// want race

package rpcserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// Handler serves one method.
type Handler func(ctx context.Context, body json.RawMessage) (any, error)

// Info tells an interceptor what is called.
type Info struct {
	Service string
	Method  string
}

// Interceptor stands around a handler.
type Interceptor func(ctx context.Context, body json.RawMessage, info *Info, next Handler) (any, error)

// ErrNoMethod is returned for methods that nobody registered.
var ErrNoMethod = errors.New("unknown method")

// Server routes calls to methods of services.
type Server struct {
	mu           sync.RWMutex
	services     map[string]map[string]Handler
	interceptors []Interceptor
}

// Option changes a new Server.
type Option func(*Server)

// WithInterceptors puts interceptors around every method, the first one outermost.
func WithInterceptors(list ...Interceptor) Option {
	return func(s *Server) { s.interceptors = append(s.interceptors, list...) }
}

// New returns a server without services.
func New(opts ...Option) *Server {
	s := &Server{services: make(map[string]map[string]Handler)}
	for _, o := range opts {
		o(s)
	}
	return s
}

// Register adds a service.
func (s *Server) Register(service string, methods map[string]Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := make(map[string]Handler, len(methods))
	for name, h := range methods {
		own[name] = h
	}
	s.services[service] = own
}

func (s *Server) lookup(path string) (*Info, Handler, error) {
	service, method, ok := strings.Cut(strings.Trim(path, "/"), "/")
	if !ok {
		return nil, nil, ErrNoMethod
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	h, ok := s.services[service][method]
	if !ok {
		return nil, nil, fmt.Errorf("%s: %w", path, ErrNoMethod)
	}
	return &Info{Service: service, Method: method}, h, nil
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	info, h, err := s.lookup(r.URL.Path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	var body json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out, err := s.chain(info, h)(r.Context(), body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (s *Server) chain(info *Info, h Handler) Handler {
	for i := len(s.interceptors) - 1; i >= 0; i-- {
		next, it := h, s.interceptors[i]
		h = func(ctx context.Context, body json.RawMessage) (any, error) {
			return it(ctx, body, info, next)
		}
	}
	return h
}
