package main

import "sync"

// Warm loads all keys at once and returns those that failed, with the reason.
func (c *Cache) Warm(keys []string, load func(string) (string, error)) map[string]error {
	failed := make(map[string]error)
	var wg sync.WaitGroup
	for _, key := range keys {
		wg.Add(1)
		go func() {
			defer wg.Done()
			value, err := load(key)
			if err != nil {
				failed[key] = err
				return
			}
			c.Set(key, value)
		}()
	}
	wg.Wait()
	return failed
}
