// Package alert has alerts and their labels.
package alert

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// LabelSet are the labels of an alert.
type LabelSet map[string]string

// Clone returns a set that can be changed.
func (s LabelSet) Clone() LabelSet { return maps.Clone(s) }

// Merge returns the set with the labels of other in it.
func (s LabelSet) Merge(other LabelSet) LabelSet {
	for k, v := range other {
		s[k] = v // race: write
	}
	return s
}

// String is {a="b", c="d"}.
func (s LabelSet) String() string {
	parts := make([]string, 0, len(s))
	for _, k := range slices.Sorted(maps.Keys(s)) { // race: read
		parts = append(parts, k+`="`+s[k]+`"`) // race: read
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// Alert is one alert.
type Alert struct {
	Name     string    `json:"name"`
	Labels   LabelSet  `json:"labels"`
	StartsAt time.Time `json:"startsAt"`
	EndsAt   time.Time `json:"endsAt"`
}

// Resolved tells whether the alert is over.
func (a *Alert) Resolved(now time.Time) bool {
	return !a.EndsAt.IsZero() && !a.EndsAt.After(now)
}

// Fingerprint names the alert.
func (a *Alert) Fingerprint() string { return a.Name + a.Labels.String() }
