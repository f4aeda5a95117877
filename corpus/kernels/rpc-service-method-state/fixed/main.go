// Methods of a net/rpc service run concurrently; the service keeps its totals in a plain map.
package main

import (
	"net"
	"net/rpc"
	"sync"
)

type Args struct {
	Account string
	Amount  int
}

type Bank struct {
	mu     sync.Mutex
	totals map[string]int
}

func (b *Bank) Deposit(args Args, total *int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.totals[args.Account] += args.Amount
	*total = b.totals[args.Account]
	return nil
}

func main() {
	server := rpc.NewServer()
	if err := server.Register(&Bank{totals: map[string]int{}}); err != nil {
		panic(err)
	}
	var tellers sync.WaitGroup
	for _, account := range []string{"a", "b", "c"} {
		here, there := net.Pipe()
		go server.ServeConn(there)
		tellers.Add(1)
		go func() {
			defer tellers.Done()
			client := rpc.NewClient(here)
			defer client.Close()
			for range 20 {
				var total int
				if err := client.Call("Bank.Deposit", Args{account, 1}, &total); err != nil {
					panic(err)
				}
			}
		}()
	}
	tellers.Wait()
}
