// One hash.Hash signs all requests.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"
)

type signer struct {
	mu  sync.Mutex
	mac hash.Hash
}

func newSigner(key []byte) *signer { return &signer{mac: hmac.New(sha256.New, key)} }

func (s *signer) sign(body []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mac.Reset()
	s.mac.Write(body)
	return hex.EncodeToString(s.mac.Sum(nil))
}

type request struct{ body []byte }

func (r request) send(s *signer, out chan<- string) { out <- s.sign(r.body) }

func main() {
	s := newSigner([]byte("secret"))
	out := make(chan string)
	for range 6 {
		go request{[]byte("payload")}.send(s, out)
	}
	for range 6 {
		<-out
	}
}
