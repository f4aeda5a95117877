// Package slug makes names for addresses out of titles.
package slug

import (
	"strings"
	"sync"
)

var made sync.Map

// Of returns the name of a title.
func Of(title string) string {
	if name, ok := made.Load(title); ok {
		return name.(string)
	}
	name := strings.Join(strings.Fields(strings.ToLower(title)), "-")
	made.Store(title, name)
	return name
}
