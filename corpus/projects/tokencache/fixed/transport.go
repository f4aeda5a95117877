package tokencache

import (
	"fmt"
	"net/http"
)

// Transport adds the token of the host to requests.
type Transport struct {
	Cache *Cache
	Base  http.RoundTripper
}

// RoundTrip does not change the request that it is given.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	token, err := t.Cache.Get(req.Context(), req.URL.Host)
	if err != nil {
		return nil, fmt.Errorf("token for %s: %w", req.URL.Host, err)
	}
	clone := req.Clone(req.Context())
	clone.Header.Set("Authorization", "Bearer "+token.Value)
	resp, err := base.RoundTrip(clone)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		t.Cache.Revoke(req.URL.Host)
	}
	return resp, err
}
