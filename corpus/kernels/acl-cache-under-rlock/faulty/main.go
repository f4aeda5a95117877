// The permission cache remembers a decision although only the read lock is held.
// want CT1004 CT1001 CT1002
package main

import (
	"strings"
	"sync"
)

type rule struct{ prefix, role string }

type acl struct {
	sync.RWMutex
	rules     []rule
	decisions map[[2]string]bool
}

func (a *acl) Allowed(path, role string) bool {
	key := [2]string{path, role}
	a.RLock()
	defer a.RUnlock()
	if known, ok := a.decisions[key]; ok { // race: read
		return known
	}
	allowed := false
	for _, r := range a.rules {
		if r.role == role && strings.HasPrefix(path, r.prefix) {
			allowed = true
			break
		}
	}
	a.decisions[key] = allowed // race: write
	return allowed
}

func main() {
	a := &acl{rules: []rule{{"/public", "guest"}, {"/", "admin"}}, decisions: map[[2]string]bool{}}
	var requests sync.WaitGroup
	for _, role := range []string{"guest", "admin", "auditor", "guest"} {
		requests.Add(1)
		go func() {
			defer requests.Done()
			for _, path := range []string{"/public/a", "/private", "/"} {
				a.Allowed(path, role)
			}
		}()
	}
	requests.Wait()
}
