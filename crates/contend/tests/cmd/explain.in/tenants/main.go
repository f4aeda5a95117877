package main

import (
	"fmt"
	"sync"
)

type Registry struct{ tenants sync.Map }

func (r *Registry) Record(tenant, feature string) {
	v, _ := r.tenants.LoadOrStore(tenant, map[string]int{})
	usage := v.(map[string]int)
	usage[feature]++
}

func (r *Registry) Top(tenant string) (best string) {
	v, ok := r.tenants.Load(tenant)
	if !ok {
		return ""
	}
	most := 0
	for feature, n := range v.(map[string]int) {
		if n > most {
			best, most = feature, n
		}
	}
	return best
}

func main() {
	r := &Registry{}
	go func() {
		for {
			r.Top("acme")
		}
	}()
	for i := 0; ; i++ {
		r.Record("acme", fmt.Sprint("f", i%300))
	}
}
