package members

import (
	"context"
	"encoding/json"
	"net"
)

// UDP sends updates as JSON packets to a fixed set of addresses.
type UDP struct {
	pc    net.PacketConn
	peers []net.Addr
}

func NewUDP(pc net.PacketConn, peers []string) *UDP {
	u := &UDP{pc: pc}
	for _, p := range peers {
		if a, err := net.ResolveUDPAddr("udp", p); err == nil {
			u.peers = append(u.peers, a)
		}
	}
	return u
}

func (u *UDP) Broadcast(updates []Update) error {
	body, err := json.Marshal(updates)
	if err != nil {
		return err
	}
	for _, p := range u.peers {
		if _, err := u.pc.WriteTo(body, p); err != nil {
			return err
		}
	}
	return nil
}

func (u *UDP) Receive(ctx context.Context) ([]Update, error) {
	stop := context.AfterFunc(ctx, func() { u.pc.Close() })
	defer stop()
	buf := make([]byte, 64<<10)
	n, _, err := u.pc.ReadFrom(buf)
	if err != nil {
		return nil, err
	}
	var updates []Update
	return updates, json.Unmarshal(buf[:n], &updates)
}
