package main

type visits struct {
	byPath map[string]int
}

func newVisits() *visits { return &visits{byPath: map[string]int{}} }

func (v *visits) note(path string) {
	v.bump(path, 1)
}

func (v *visits) bump(path string, by int) { v.byPath[path] += by } // race: write

func (v *visits) count(path string) int {
	return v.byPath[path] // race: read
}
