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

// sample looks at the groups, again and again, until nobody looks at the page any more.
func (p *Page) sample() {
	tick := time.NewTicker(p.config.Every)
	defer tick.Stop()
	for {
		p.publish(p.observe())
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
func (p *Page) observe() view {
	groups := p.groups()
	now := time.Now()
	snapshots := make([]retry.GroupSnapshot, len(groups))
	keys := make([]map[string][]keyView, len(groups))
	for i, g := range groups {
		snapshots[i] = g.Snapshot()
		if p.config.ShowKeys {
			keys[i] = keysOf(g, snapshots[i])
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	v := view{Title: p.config.Title, At: now, Changes: slices.Clone(p.changes)}
	for i, g := range groups {
		r := p.known[g]
		if r == nil {
			continue // another sample has forgotten a group that has left
		}
		r.add(now, totalsOf(snapshots[i]), worstState(snapshots[i]))
		d := p.dependencyOf(snapshots[i], r)
		d.group = g
		d.showKeys(keys[i])
		v.Dependencies = append(v.Dependencies, d)
	}
	number(v.Dependencies)
	slices.SortStableFunc(v.Dependencies, func(a, b dependency) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(a.Name, b.Name))
	})
	v.Verdict, v.Level = verdictOf(v.Dependencies)
	p.last = v
	return v
}

// groups returns the groups to show, each once, and remembers only these.
func (p *Page) groups() []*retry.Group {
	var groups, fresh []*retry.Group
	for _, g := range p.config.Groups() {
		if g != nil && !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	p.mu.Lock()
	for g := range p.known {
		if !slices.Contains(groups, g) {
			delete(p.known, g)
		}
	}
	for _, g := range groups {
		if p.known[g] == nil {
			p.met++
			p.known[g] = &record{number: p.met}
			fresh = append(fresh, g)
		}
	}
	p.mu.Unlock()
	if p.config.Counting {
		for _, g := range fresh {
			g.SetCounting(true)
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
