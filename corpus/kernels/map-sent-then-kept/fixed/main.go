// The producer sends a map to the consumer and fills the next batch into the same map.
package main

type update struct {
	seq     int
	changes map[string]int
}

func produce(out chan<- update, rounds int) {
	changes := map[string]int{}
	for seq := range rounds {
		changes := map[string]int{}
		for _, key := range []string{"a", "b", "c"} {
			changes[key] += seq
		}
		out <- update{seq, changes}
	}
	close(out)
	clear(changes)
}

func consume(in <-chan update) (sum int) {
	for u := range in {
		for _, n := range u.changes {
			sum += n
		}
	}
	return sum
}

func main() {
	updates := make(chan update)
	go produce(updates, 50)
	println(consume(updates))
}
