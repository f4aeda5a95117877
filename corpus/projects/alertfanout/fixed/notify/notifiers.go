package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// LogNotifier writes messages to a log.
type LogNotifier struct {
	Printf func(format string, args ...any)
}

func (l LogNotifier) Notify(_ context.Context, m Message) error {
	l.Printf("%s %s over=%t", m.Title, m.Labels, m.Over)
	return nil
}

// Webhook posts messages.
type Webhook struct {
	url    string
	client *http.Client
}

func NewWebhook(url string, timeout time.Duration) *Webhook {
	return &Webhook{url: url, client: &http.Client{Timeout: timeout}}
}

func (h *Webhook) Notify(ctx context.Context, m Message) error {
	body, err := json.Marshal(map[string]any{"title": m.Title, "text": m.Labels.String(), "over": m.Over})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := h.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("webhook: %s", res.Status)
	}
	return nil
}
