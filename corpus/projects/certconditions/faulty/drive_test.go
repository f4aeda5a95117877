//go:build drive

package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"example.com/projects/certconditions/faulty/api"
)

func TestDrive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	a := newApp(3)
	done := make(chan struct{})
	go func() { defer close(done); a.rec.Run(ctx) }()
	for n := range 200 {
		a.cache.Put(&api.Certificate{
			Name: fmt.Sprint("c", n%10), Spec: api.CertificateSpec{DNSNames: []string{"a"}},
			Status: api.CertificateStatus{Conditions: []api.Condition{{Type: api.Ready}}},
		})
		a.mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/status", nil))
	}
	time.Sleep(20 * time.Millisecond)
	cancel()
	<-done
}
