package retrypage

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// look notes that somebody looks at the page, and starts the sampling unless it runs.
func (p *Page) look() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looked = time.Now()
	if !p.sampling && !p.closed {
		p.sampling = true
		p.done.Go(p.sample)
	}
}

// sample looks at the groups, again and again, until nobody looks at the page any more. It
// only makes a view of what it has seen while a stream is open.
func (p *Page) sample() {
	tick := time.NewTicker(p.config.Every)
	defer tick.Stop()
	for {
		if seen := p.measure(); p.isWatched() {
			p.publish(p.viewOf(seen))
		}
		select {
		case <-p.ended:
			return
		case <-tick.C:
		}
		if p.isIdle() {
			return
		}
	}
}

// isIdle reports whether the sampling may end, and says so to look.
func (p *Page) isIdle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sampling = p.config.History || p.streams > 0 || time.Since(p.looked) < linger
	return !p.sampling
}

// current returns a view that is not older than a sample.
func (p *Page) current() view {
	p.mu.Lock()
	last := p.last
	p.mu.Unlock()
	if time.Since(last.At) < p.config.Every {
		return last
	}
	return p.observe()
}

// observe takes a sample of all groups and returns what there is to show.
func (p *Page) observe() view { return p.viewOf(p.measure()) }

// A sighting is a group as a sample has found it.
type sighting struct {
	at       time.Time
	group    *retry.Group
	snapshot retry.GroupSnapshot
	record   *record
}

// measure takes a sample of all groups and adds it to their records.
func (p *Page) measure() []sighting {
	groups := p.groups()
	at := time.Now()
	seen := make([]sighting, len(groups))
	for i, g := range groups {
		seen[i] = sighting{at: at, group: g, snapshot: g.Snapshot()}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range seen {
		s := &seen[i]
		if s.record = p.known[s.group]; s.record == nil { // another sample has found that it left
			s.record = new(record)
		}
		s.record.add(s.at, totalsOf(s.snapshot), worstState(s.snapshot))
	}
	return seen
}

// viewOf returns what there is to show of a sample. It calls the methods of errors, which are
// the user's code, so it holds no lock meanwhile.
func (p *Page) viewOf(seen []sighting) view {
	v := view{Title: p.config.Title, At: time.Now(), Dependencies: []dependency{}}
	records := make([]record, len(seen))
	p.mu.Lock()
	v.Changes = slices.Clone(p.changes)
	made := p.made
	for i, s := range seen {
		records[i] = *s.record
		records[i].recent = slices.Clone(s.record.recent)
	}
	p.mu.Unlock()
	for i, s := range seen {
		d := p.dependencyOf(s.snapshot, &records[i])
		d.group = s.group
		if p.config.ShowKeys {
			d.showKeys()
		}
		v.Dependencies = append(v.Dependencies, d)
	}
	number(v.Dependencies)
	slices.SortStableFunc(v.Dependencies, func(a, b dependency) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.Name, b.Name))
	})
	v.Verdict, v.Level = verdictOf(v.Dependencies)
	if p.config.Fleet != nil {
		v.Fleet = fleetOf(p.config.Fleet())
		if v.Level = max(v.Level, v.Fleet.Level); v.Fleet.Level > note {
			v.Verdict += " · the fleet needs a look"
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made == made { // otherwise it shows what was before a change
		p.last = v
	}
	return v
}

// groups returns the groups to show, each once, and remembers only these.
func (p *Page) groups() []*retry.Group {
	var groups []*retry.Group
	for _, g := range p.config.Groups() {
		if g != nil && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for g := range p.known {
		if !slices.Contains(groups, g) {
			delete(p.known, g)
		}
	}
	for _, g := range groups {
		if p.known[g] != nil {
			continue
		}
		p.met++
		p.known[g] = &record{number: p.met}
		if p.config.Counting {
			g.SetCounting(true) // under the lock, so that no other sample finds the group known and uncounted
		}
	}
	return groups
}

// number tells dependencies of one name apart.
func number(list []dependency) {
	seen := make(map[string]int)
	for i := range list {
		d := &list[i]
		key := d.Name + "\x00" + d.Instance
		if seen[key]++; seen[key] > 1 {
			d.Name = fmt.Sprintf("%s #%d", d.Name, seen[key])
		}
	}
}
