package quorum

import (
	"slices"
	"time"
)

// A topic is a breaker that this process has and others may have, too.
type topic struct {
	name  string
	votes map[*peer]vote

	number uint64 // of the last word of this process

	cooldown time.Duration // of the opening; the time for which others said so if it follows
	open     bool          // it opened by what this process saw itself
	follow   bool          // it is open because others are
	agreed   bool          // enough processes have agreed during the opening, or a good probe has come
	seen     time.Duration // when this process last saw for itself
	end      time.Duration // when the breaker admits a probe, as far as is known; zero if it is closed
	target   time.Duration // when it should; zero: at its end
	wake     time.Duration // when to decide again
	decided  time.Duration // when it last did
	goodTill time.Duration // until then, tell that a good probe has closed it; zero: nothing to tell
}

// early is when a breaker that is to stay open is prolonged. At its end, an attempt may come
// first and be a probe.
func (t *topic) early() time.Duration { return t.end - min(50*time.Millisecond, t.cooldown/4) }

// A vote is the last word of another process about a topic.
type vote struct {
	number uint64
	until  time.Duration // it says that the breaker is open until then
	void   bool          // a good probe has shown since then that the dependency works
}

func (v vote) counts(now time.Duration) bool { return !v.void && v.until > now }

// close forgets the opening of this process's own breaker.
func (t *topic) close() {
	t.open, t.agreed, t.follow = false, false, false
	t.end, t.target, t.wake = 0, 0, 0
}

// hear takes the word of another process. It reports whether it is a good probe that is news.
func (t *topic) hear(p *peer, w Word, now time.Duration) (good bool) {
	old, ok := t.votes[p]
	switch {
	case w.For > 0 && ok && old.number == w.Number && old.void:
		return false // said before the good probe, and said again
	case w.For > 0:
		t.votes[p] = vote{number: w.Number, until: now + min(w.For, MaxFor)}
		if !t.agreed && (t.open || !t.follow && t.wake == never) {
			t.wake = min(t.wake, max(now, t.decided+countEvery))
		}
		return false
	case w.For < 0 || ok && old.number >= w.Number:
		return false
	}
	t.votes[p] = vote{number: w.Number, void: true}
	return true
}

// recovered voids all votes: a good probe came after them.
func (t *topic) recovered() {
	for p, v := range t.votes {
		v.void = true
		t.votes[p] = v
	}
	t.target, t.agreed = 0, true
}

// count returns how many processes say that their breaker is open, this one included, and
// how many of those come before it by name.
func (t *topic) count(self string, now time.Duration) (votes, before int) {
	for p, v := range t.votes {
		if v.counts(now) {
			votes++
			if p.name < self {
				before++
			}
		}
	}
	if t.open {
		votes++
	}
	return votes, before
}

// agreedFor returns for how long a number of other processes still say that their breakers
// are open.
func (t *topic) agreedFor(quorum int, now time.Duration) time.Duration {
	var left []time.Duration
	for _, v := range t.votes {
		if v.counts(now) {
			left = append(left, v.until-now)
		}
	}
	if len(left) < quorum {
		return 0
	}
	slices.Sort(left)
	return left[len(left)-quorum]
}
