// The callback for an expired session removes what hangs on it from the same cache.
package main

import (
	"fmt"
	"time"

	"github.com/ReneKroon/ttlcache"
)

type sessions struct{ cache *ttlcache.Cache }

func (s *sessions) gone(key string, value interface{}) {
	s.cache.Remove(key + "/cart")
}

func main() {
	s := &sessions{cache: ttlcache.NewCache()}
	s.cache.SetTTL(20 * time.Millisecond)
	s.cache.SetExpirationCallback(s.gone)
	s.cache.SetCheckExpirationCallback(func(key string, value interface{}) bool {
		_, ok := s.cache.Get(key + "/keep")
		return !ok
	})
	for i := 0; ; i++ {
		s.cache.Set(fmt.Sprint(i), i)
		time.Sleep(time.Millisecond)
	}
}
