package quorum

import "time"

// Step says what to do now, and when to call Step again at the latest. Call it after Changed
// and Receive, too. Look returns the state of a breaker of this process; Step asks only for
// those that it has to decide about.
func (n *Node) Step(now time.Duration, look func(breaker string) Look) Answer {
	now = n.time(now)
	if !n.begun {
		n.begun, n.started, n.news = true, now, true
		n.listens = max(n.listens+now, now+n.config.Beat)
		n.told = now - gap
	}
	if now >= n.sweepAt {
		n.sweep(now)
	}
	next := n.sweepAt
	for _, t := range n.topics {
		next = min(next, n.decide(t, now, look))
	}
	a := Answer{Actions: n.actions, Next: next}
	n.actions = n.actions[:0]
	if (n.news || now >= n.beatAt) && now >= n.told+gap {
		m := n.message()
		m.Words = n.words(now, look)
		a.Message = &m
		n.news, n.told = false, now
		n.beatAt = now + time.Duration((0.75+0.25*n.config.Random())*float64(m.Beat))
	}
	if n.news {
		a.Next = min(a.Next, n.told+gap)
	}
	a.Next = min(a.Next, n.beatAt) + n.origin
	return a
}

// words returns what to tell about all breakers.
func (n *Node) words(now time.Duration, look func(string) Look) (words []Word) {
	for _, t := range n.topics {
		if t.goodTill <= now {
			t.goodTill = 0
		}
		switch {
		case len(words) == MaxWords:
			return words
		case t.open:
			l := look(t.name)
			if l.State == Open && !l.Forced && !l.Remote && l.Left > 0 {
				words = append(words, Word{t.name, t.number, max(l.Left, t.target-now)})
			}
		case t.goodTill > 0:
			words = append(words, Word{Breaker: t.name, Number: t.number})
		}
	}
	return words
}

// decide decides about one breaker, and returns when to decide again.
func (n *Node) decide(t *topic, now time.Duration, look func(string) Look) time.Duration {
	if t.end > 0 && now >= t.end {
		t.close() // the next attempt is a probe
	}
	if now < t.wake {
		return t.wake
	}
	t.wake, t.decided = never, now
	switch {
	case t.open:
		n.stay(t, now, look)
	case t.follow:
		n.goOn(t, now, look)
	default:
		n.join(t, now, look)
	}
	if t.end > 0 {
		t.wake = min(t.wake, t.end)
	}
	return t.wake
}

// stay decides about a breaker that this process has opened itself. When enough processes
// agree, all but the first ones by name wait longer before they probe, and then go on to
// follow the others.
func (n *Node) stay(t *topic, now time.Duration, look func(string) Look) {
	quorum := n.Quorum()
	if !t.agreed {
		votes, before := t.count(n.config.Name, now)
		if votes < quorum {
			return // Receive wakes it
		}
		t.agreed = true
		if before < probers {
			return
		}
		t.target = t.end + n.longer(t.cooldown)
		n.news = true // the word of this process holds for longer
	}
	switch {
	case t.target == 0:
	case now < t.early():
		t.wake = t.early()
	case t.target <= t.end && t.agreedFor(quorum, now) > 0:
		t.open, t.follow = false, true
		n.news = true // the word of this process is over
		n.goOn(t, now, look)
	default:
		n.prolong(t, now, look(t.name))
	}
}

// goOn decides about a breaker that is open because others are.
func (n *Node) goOn(t *topic, now time.Duration, look func(string) Look) {
	if now < t.early() {
		t.wake = t.early()
		return
	}
	l := look(t.name)
	if d := t.agreedFor(n.Quorum(), now); d > 0 {
		d = max(d, min(l.Longest, max(l.Cooldown/4, lookEvery))) // in a large fleet, one of a quorum always ends soon
		t.target = max(t.target, min(now+d+n.longer(d), t.seen+l.most()))
	}
	n.prolong(t, now, l)
}

// prolong keeps a breaker open beyond its end.
func (n *Node) prolong(t *topic, now time.Duration, l Look) {
	switch {
	case t.target <= t.end:
	case l.State != Open || l.Forced:
		t.close()
	default:
		n.open(t, now, l.Longest)
	}
}

// join decides about a closed breaker.
func (n *Node) join(t *topic, now time.Duration, look func(string) Look) {
	quorum := n.Quorum()
	if len(t.votes) < quorum {
		return
	}
	d := t.agreedFor(quorum, now)
	if d <= 0 {
		return
	}
	if now < n.listens {
		t.wake = n.listens
		return
	}
	t.wake = now + lookEvery
	l := look(t.name)
	switch {
	case l.State != Closed || l.Forced || l.Longest <= 0:
		return
	case l.Pressure >= halfPressure:
	case l.Idle && t.agreedFor(max(quorum, n.alive/2+1), now) > 0: // it knows nothing itself, so most must agree
	default:
		return
	}
	t.follow, t.seen = true, now
	d = min(d, l.Longest)
	t.cooldown = d
	t.target = now + d + n.longer(d)
	n.open(t, now, l.Longest)
}

// open opens or prolongs a breaker up to its target, as far as it may go.
func (n *Node) open(t *topic, now time.Duration, longest time.Duration) {
	d := min(t.target-now, longest)
	votes, _ := t.count(n.config.Name, now)
	n.actions = append(n.actions, Action{Breaker: t.name, OpenFor: d, Votes: votes, Quorum: n.Quorum()})
	t.end = now + d
	t.wake = max(t.early(), now+time.Millisecond)
}

// longer returns how much longer a process waits that does not probe first: a quarter to
// three quarters of the time, so that the processes do not all probe at once.
func (n *Node) longer(d time.Duration) time.Duration {
	return time.Duration((0.25 + 0.5*n.config.Random()) * float64(d))
}
