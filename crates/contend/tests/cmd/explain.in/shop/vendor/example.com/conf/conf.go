// Package conf keeps settings by name.
package conf

// Settings are made for one goroutine.
type Settings struct {
	values map[string]string
}

// New returns settings without values.
func New() *Settings {
	return &Settings{values: map[string]string{}}
}

// Set sets a value.
func (s *Settings) Set(name, value string) { s.values[name] = value }

// String returns a value.
func (s *Settings) String(name string) string { return lookUp(s.values, name) }

func lookUp(values map[string]string, name string) string { return values[name] }
