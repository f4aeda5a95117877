// One hash.Hash signs all requests.
// want CT1115 CT1105
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

type signer struct {
	mac hash.Hash
}

func newSigner(key []byte) *signer { return &signer{mac: hmac.New(sha256.New, key)} }

func (s *signer) sign(body []byte) string {
	s.mac.Reset()     // race: write
	s.mac.Write(body) // race: write
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
