package quorum

import "time"

// A peer is another process.
type peer struct {
	name        string
	incarnation uint64
	sequence    uint64
	beat        time.Duration
	heard       time.Duration // when its last message arrived
	gone        bool          // it no longer counts; only its numbers are remembered
}

const (
	missedBeats = 3  // a process that says nothing for so many of its beats is gone
	rememberFor = 10 // for so many more, its late messages are recognized
)

// hears takes a message from a peer. It reports false for a message that is older than one
// that has arrived.
func (p *peer) hears(m *Message, now time.Duration) (restarted, ok bool) {
	switch {
	case m.Incarnation < p.incarnation:
		return false, false
	case m.Incarnation == p.incarnation && m.Sequence <= p.sequence:
		return false, false
	}
	restarted = m.Incarnation != p.incarnation
	p.incarnation, p.sequence = m.Incarnation, m.Sequence
	p.beat, p.heard = m.Beat, now
	return restarted, true
}

// sweep notes which peers are gone, and forgets those that are gone for long.
func (n *Node) sweep(now time.Duration) {
	n.alive = 1
	for name, p := range n.peers {
		silent := now - p.heard
		switch {
		case silent > (missedBeats+rememberFor)*p.beat:
			n.drop(p)
			delete(n.peers, name)
		case silent > missedBeats*p.beat:
			n.drop(p)
		}
		if !p.gone {
			n.alive++
		}
	}
	n.sweepAt = now + n.interval()/4
}

// drop forgets what a peer has said.
func (n *Node) drop(p *peer) {
	if !p.gone {
		p.gone = true
		for _, t := range n.topics {
			delete(t.votes, p)
		}
	}
}

// peerOf returns the peer of a name, and makes one if there is room.
func (n *Node) peerOf(name string, now time.Duration) *peer {
	p := n.peers[name]
	if p != nil {
		return p
	}
	if len(n.peers) >= MaxPeers && !n.forgetOne() {
		return nil
	}
	p = &peer{name: name, gone: true}
	n.peers[name] = p
	return p
}

// forgetOne makes room by forgetting a peer that is gone. It reports false if there is none.
func (n *Node) forgetOne() bool {
	var oldest *peer
	for _, p := range n.peers {
		if p.gone && (oldest == nil || p.heard < oldest.heard || p.heard == oldest.heard && p.name < oldest.name) {
			oldest = p
		}
	}
	if oldest == nil {
		return false
	}
	delete(n.peers, oldest.name)
	return true
}
