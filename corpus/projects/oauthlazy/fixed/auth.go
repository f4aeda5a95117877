package parcels

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// leeway is how long before its end a token is renewed.
const leeway = 20 * time.Second

type authenticator struct {
	client     *Client
	id, secret string
	now        func() time.Time

	mu      sync.Mutex
	token   string
	expires time.Time
}

func (a *authenticator) valid() bool {
	return a.token != "" && a.now().Add(leeway).Before(a.expires)
}

// Token returns a good token, a new one if need be.
func (a *authenticator) Token(ctx context.Context) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.valid() {
		return a.token, nil
	}
	if err := a.renew(ctx); err != nil {
		return "", err
	}
	return a.token, nil
}

// Invalidate forgets the token, if it is still the given one.
func (a *authenticator) Invalidate(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.token == token {
		a.token = ""
	}
}

// renew asks for a token; the caller holds the lock.
func (a *authenticator) renew(ctx context.Context) error {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {a.id}, "client_secret": {a.secret}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.client.base.JoinPath("/oauth/token").String(),
		strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := a.client.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("token endpoint: %s", res.Status)
	}
	var reply struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.NewDecoder(res.Body).Decode(&reply); err != nil {
		return err
	}
	a.token = reply.AccessToken
	a.expires = a.now().Add(time.Duration(reply.ExpiresIn) * time.Second)
	return nil
}
