// A memo that was fine with one caller is measured with many.
// want CT1001
package memo

type squares struct{ known map[int]int }

func (s *squares) of(n int) int {
	if square, ok := s.known[n]; ok {
		return square
	}
	s.known[n] = n * n // race: write
	return n * n
}
