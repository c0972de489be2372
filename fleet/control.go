package fleet

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// control applies the documents of the store to the groups of the process. Only Run uses it.
type control struct {
	*Fleet
	report func(Event)
	fetch  func() // asks the store for the present document

	seen    Document // the last one that was looked at; its revision is 0 after the store has lost it
	doubted uint64   // one more than the earlier revision that a second look has to confirm; 0 for none

	// What is in force.
	revision  uint64
	sections  Sections // those that were over when the document came are left out
	born      time.Time
	over      []bool // by section
	unmatched []string

	uneven  bool     // some groups may have another steering than the last one
	refusal *Refusal // of the last document; nil if it was applied
}

// receive looks at a document that has come from the store.
func (c *control) receive(a *arrival) {
	born := a.at.Add(-max(a.Age, 0))
	doubted := c.doubted
	c.doubted = 0
	switch {
	case a.Revision < c.seen.Revision && (!a.fetched || doubted != a.Revision+1):
		c.doubted = a.Revision + 1
		c.fetch() // it may only be late, or come from a replica that lags behind
	case a.Revision == 0 && c.seen.Revision == 0:
	case a.Revision == 0:
		c.seen = Document{}
		c.tell(Event{Kind: EventLost, Revision: c.revision})
	case a.Revision == c.seen.Revision && a.Text == c.seen.Text:
		if a.Revision == c.revision && born.Before(c.born) {
			c.born = born // each message takes a time, so the document is at least that old
		}
	default:
		c.seen = a.Document
		c.consider(a.Revision, a.Text, born)
	}
}

// consider puts a document into force, or refuses it.
func (c *control) consider(revision uint64, text string, born time.Time) {
	sections, err := ParseDocument(text)
	if err != nil {
		c.refuse(revision, sections, fmt.Errorf("the document has mistakes: %s", describe(text, err)))
		return
	}
	now := time.Now()
	live := slices.DeleteFunc(slices.Clone(sections), func(s Section) bool { return !born.Add(s.For).After(now) })
	s := steeringOf(live)
	if err := c.steer(s); err != nil {
		c.refuse(revision, sections, err)
		return
	}
	c.revision, c.sections, c.born, c.over = revision, live, born, make([]bool, len(live))
	c.unmatched, c.refusal = c.findUnmatched(live), nil
	c.told(Event{Kind: EventApplied, Revision: revision, Sections: live, Unmatched: c.unmatched})
}

func (c *control) refuse(revision uint64, sections Sections, err error) {
	c.refusal = &Refusal{Revision: revision, At: time.Now(), Error: err.Error()}
	c.told(Event{Kind: EventRefused, Revision: revision, Sections: sections, Err: err})
}

// told reports an event to the other processes, and then to this one.
func (c *control) told(e Event) {
	c.report(e)
	c.tell(e)
}

// expire takes away what is over, and returns when to look again; zero for never.
func (c *control) expire() (next time.Time) {
	now := time.Now()
	var over Sections
	for i, s := range c.sections {
		end := c.born.Add(s.For)
		switch {
		case c.over[i]:
		case !end.After(now):
			c.over[i] = true
			over = append(over, s)
		case next.IsZero() || end.Before(next):
			next = end
		}
	}
	if len(over) == 0 {
		return next
	}
	if err := c.lessen(steeringOf(c.inForce())); err != nil {
		c.told(Event{Kind: EventRefused, Revision: c.revision, Sections: c.inForce(), Err: fmt.Errorf("without a section that is over: %w", err)})
	}
	for _, s := range over {
		c.told(Event{Kind: EventExpired, Revision: c.revision, Sections: Sections{s}})
	}
	return next
}

// inForce returns the sections that are not over.
func (c *control) inForce() Sections {
	var live Sections
	for i, s := range c.sections {
		if !c.over[i] {
			live = append(live, s)
		}
	}
	return live
}

// steer puts a steering into force in all groups, or in none of them.
func (c *control) steer(s retry.Steering) error {
	all := c.groups.alive()
	for _, g := range all {
		if err := g.CheckSteering(s); err != nil {
			return err
		}
	}
	before := c.steering.Load()
	c.steering.Store(&s) // for groups that come now
	c.version++
	for i, g := range all {
		if err := g.Steer(s); err != nil { // it has changed since
			c.steering.Store(before)
			c.uneven = true
			for _, done := range all[:i] {
				_ = done.Steer(*before) // it had that
			}
			return err
		}
		g.version = c.version
	}
	return nil
}

// lessen takes what is over away from all groups. A group takes a part of what it has taken
// before. One that does not, because it could not take the whole, goes without, and the others
// keep what is left.
func (c *control) lessen(s retry.Steering) error {
	c.steering.Store(&s) // for groups that come now
	c.version++
	var errs []error
	for _, g := range c.groups.alive() {
		g.version = c.version
		if err := g.Steer(s); err != nil {
			_ = g.Steer(retry.Steering{}) // nothing refuses nothing
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// adopt applies what is in force to groups that have come since.
func (c *control) adopt() {
	c.uneven = false
	s := c.steering.Load()
	for _, g := range c.groups.alive() {
		if g.version == c.version {
			continue
		}
		g.version = c.version
		if err := g.Steer(*s); err != nil {
			c.told(Event{Kind: EventRefused, Revision: c.revision, Sections: c.inForce(), Err: fmt.Errorf("a wrapper that was made later: %w", err)})
		}
	}
}

// release takes the layer of the fleet away from all groups.
func (c *control) release() {
	c.steering.Store(nil)
	c.version++
	releaseAll(c.groups.alive())
}

// releaseAll goes through all groups, also if the hook of a breaker leaves by panic or Goexit.
func releaseAll(groups []living) {
	if len(groups) > 0 {
		defer releaseAll(groups[1:])
		_ = groups[0].Steer(retry.Steering{}) // nothing refuses nothing
	}
}

// steeringOf returns what sections say.
func steeringOf(sections Sections) retry.Steering {
	s := retry.Steering{
		Policies: sections.Overrides(),
		Forced:   make(map[string]breaker.State),
		Mode:     make(map[string]breaker.Mode), Disabled: make(map[string]bool),
	}
	for _, section := range sections {
		for _, line := range section.Lines {
			switch line.Kind {
			case KindMode:
				s.Mode[line.Name] = line.Mode
			case KindEnabled:
				s.Disabled[line.Name] = true
			case KindForce:
				s.Forced[line.Name] = line.State
			case KindPolicy: // in Policies
			}
		}
	}
	return s
}

// findUnmatched returns the names of sections that no group has.
func (c *control) findUnmatched(sections Sections) []string {
	known := map[string]bool{All: true}
	for _, g := range c.groups.alive() {
		for _, m := range g.Snapshot().Methods {
			iface, _, _ := strings.Cut(m.Method, ".")
			known[m.Method], known[iface] = true, true
		}
	}
	var missing []string
	for _, section := range sections {
		for _, line := range section.Lines {
			if !known[line.Name] {
				known[line.Name] = true
				missing = append(missing, line.Name)
			}
		}
	}
	return missing
}

// mostMistakes is how many mistakes of a text a process describes. All that a bad text of the
// greatest length has would take a hundred times its length.
const mostMistakes = 20

// describe writes the mistakes of a text on one line.
func describe(text string, err error) string {
	var b strings.Builder
	for i, e := range policy.Errors(err) {
		if i == mostMistakes {
			fmt.Fprintf(&b, "; and %d more", len(policy.Errors(err))-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		line, column := e.Position(text)
		fmt.Fprintf(&b, "%d:%d: %v", line, column, e)
	}
	return b.String()
}
