//go:build drive

package main

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/projects/alertfanout/faulty/alert"
	"example.com/projects/alertfanout/faulty/notify"
)

func TestDrive(t *testing.T) {
	var recv []notify.Receiver
	for i := range 4 {
		recv = append(recv, notify.Receiver{
			Name: fmt.Sprint("r", i), Labels: alert.LabelSet{"channel": fmt.Sprint(i)},
			Notifier: notify.LogNotifier{Printf: func(f string, a ...any) { _ = fmt.Sprintf(f, a...) }},
		})
	}
	h := newHandler(notify.NewDispatcher(recv...))
	for i := range 100 {
		body := fmt.Sprintf(`[{"name":"down","labels":{"instance":"%d"}}]`, i)
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/api/alerts", strings.NewReader(body)))
	}
}
