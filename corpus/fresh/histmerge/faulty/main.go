// The chunk bounds overlap by one, so two workers write the same cell of the shared slice.
// want race

package main

import (
	"fmt"
	"sync"
)

type pixel struct{ r, g, b uint8 }

func luma(p pixel) uint8 {
	return uint8((299*int(p.r) + 587*int(p.g) + 114*int(p.b)) / 1000)
}

// grayscale converts a row-major picture with n workers.
func grayscale(src []pixel, n int) []uint8 {
	dst := make([]uint8, len(src))
	step := (len(src) + n - 1) / n
	var wg sync.WaitGroup
	for w := 0; w < n; w++ {
		lo := w * step
		hi := min(lo+step, len(src)-1)
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := lo; i <= hi; i++ {
				dst[i] = luma(src[i]) // race: write
			}
		}()
	}
	wg.Wait()
	return dst
}

func mean(g []uint8) float64 {
	s := 0
	for _, v := range g {
		s += int(v)
	}
	return float64(s) / float64(len(g))
}

func main() {
	img := make([]pixel, 64*64)
	for i := range img {
		img[i] = pixel{uint8(i), uint8(i >> 2), uint8(i >> 4)}
	}
	for range 5 {
		g := grayscale(img, 4)
		fmt.Printf("%.2f\n", mean(g))
	}
}
