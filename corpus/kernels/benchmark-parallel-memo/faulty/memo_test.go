package memo

import "testing"

func TestSquaresInParallel(t *testing.T) {
	s := &squares{known: map[int]int{}}
	testing.Benchmark(func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for n := 0; pb.Next(); n++ {
				s.of(n % 100)
			}
		})
	})
}
