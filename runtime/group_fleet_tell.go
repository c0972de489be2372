package retry

import (
	"sync"

	"github.com/retrygen/retrygen/breaker"
)

// A teller tells changes of breakers to the hook and the logger of a program. While a group
// forces breakers under its lock, the teller keeps their changes, because a hook may call the
// group. A nil teller has nobody to tell.
type teller struct {
	tell func(breaker.Change)

	mu      sync.Mutex
	holders int              // groups' locks under which breakers change
	waiting []breaker.Change // in their order
	telling bool             // a goroutine tells those that wait
}

// newTeller returns nil if there is nobody to tell.
func newTeller(opts *Options) *teller {
	tell := tellChange(opts)
	if tell == nil {
		return nil
	}
	return &teller{tell: tell}
}

// onChange returns the func for breaker.Config, or nil.
func (t *teller) onChange() func(breaker.Change) {
	if t == nil {
		return nil
	}
	return func(c breaker.Change) {
		if !t.keep(c) {
			t.tell(c)
		}
	}
}

// keep keeps a change for later, and reports false if it need not wait.
func (t *teller) keep(c breaker.Change) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.holders == 0 && !t.telling {
		return false
	}
	t.waiting = append(t.waiting, c)
	return true
}

// hold keeps the changes of the breakers until the group's lock is free. The caller holds it.
func (b *breakers) hold() {
	if b.teller == nil {
		return
	}
	b.teller.mu.Lock()
	defer b.teller.mu.Unlock()
	b.teller.holders++
	b.group.held = append(b.group.held, b.teller)
}

// unlock releases the group's lock, and then tells the changes that had to wait for it.
func (g *Group) unlock() {
	held := g.held
	g.held = nil
	g.mu.Unlock()
	release(held)
}

// release tells the changes that tellers keep. A hook that panics or calls Goexit stops none
// of the others.
func release(held []*teller) {
	if len(held) > 0 {
		defer release(held[1:])
		held[0].release()
	}
}

func (t *teller) release() {
	t.mu.Lock()
	t.holders--
	busy := t.telling
	t.telling = true
	t.mu.Unlock()
	if !busy { // or else the other goroutine tells these changes, too
		t.tellWaiting()
	}
}

func (t *teller) tellWaiting() {
	finished := false
	defer func() {
		if !finished { // the hook left by panic or Goexit, which goes on after the other changes
			t.tellWaiting()
		}
	}()
	for {
		c, ok := t.next()
		if !ok {
			finished = true
			return
		}
		t.tell(c)
	}
}

// next returns the change to tell next. It reports false if none waits.
func (t *teller) next() (breaker.Change, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.waiting, t.telling = nil, false
		return breaker.Change{}, false
	}
	c := t.waiting[0]
	t.waiting = t.waiting[1:]
	return c, true
}
