// Package slug makes names for addresses out of titles.
// want CT1002 CT1001
package slug

import "strings"

var made = map[string]string{}

// Of returns the name of a title.
func Of(title string) string {
	if name, ok := made[title]; ok { // race: read
		return name
	}
	name := strings.Join(strings.Fields(strings.ToLower(title)), "-")
	made[title] = name // race: write
	return name
}
