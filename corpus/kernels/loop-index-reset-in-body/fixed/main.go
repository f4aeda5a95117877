// The three-clause loop steps its variable in the body, after a goroutine has captured it.
package main

import "sync"

func checksum(data []byte) (sum int) {
	for _, b := range data {
		sum += int(b)
	}
	return sum
}

func verify(data []byte, lengths []int) int {
	var parts sync.WaitGroup
	sums := make([]int, len(data))
	next := 0
	for pos := 0; pos < len(data); next++ {
		n := lengths[next%len(lengths)]
		start := pos
		parts.Add(1)
		go func() {
			defer parts.Done()
			sums[start] = checksum(data[start:min(start+n, len(data))])
		}()
		pos += n
	}
	parts.Wait()
	return checksum(data)
}

func main() { println(verify(make([]byte, 4096), []int{64, 128, 256})) }
