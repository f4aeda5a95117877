// Each client has a copy of the default headers.

package sdkdefaults

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// Version of the SDK.
const Version = "2.3.0"

var defaultHeaders = map[string]string{
	"User-Agent": "billing-go/" + Version,
	"Accept":     "application/json",
}

// Options configures a client.
type Options struct {
	APIKey  string
	BaseURL string
	Timeout time.Duration
	Retries int
	Headers map[string]string
}

// Option changes Options.
type Option func(*Options)

// WithHeader adds a header to each request.
func WithHeader(name, value string) Option {
	return func(o *Options) { o.Headers[http.CanonicalHeaderKey(name)] = value }
}

// WithBaseURL is for tests and for other regions.
func WithBaseURL(url string) Option {
	return func(o *Options) { o.BaseURL = strings.TrimSuffix(url, "/") }
}

// WithTimeout limits each request.
func WithTimeout(d time.Duration) Option { return func(o *Options) { o.Timeout = d } }

// WithRetries says how often a request that failed is sent again.
func WithRetries(n int) Option { return func(o *Options) { o.Retries = n } }

func newOptions(key string, opts []Option) *Options {
	o := &Options{
		APIKey:  key,
		BaseURL: "https://api.billing.example.com",
		Timeout: 15 * time.Second,
		Retries: 2,
		Headers: maps.Clone(defaultHeaders),
	}
	for _, opt := range opts {
		opt(o)
	}
	o.Headers["Authorization"] = "Bearer " + key
	return o
}
