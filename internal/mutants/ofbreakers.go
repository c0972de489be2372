package main

import "slices"

// ofBreakers break the states of a breaker.
func ofBreakers() []mutant {
	return slices.Concat(
		in("breaker/consecutive.go", []mutant{
			{name: "opens one failure late", from: "case w.failures()+1 < b.config.Failures:", to: "case w.failures() < b.config.Failures:"},
			{name: "success forgets nothing", from: "uint64(w&^failureMask)", to: "uint64(w)"},
			{name: "stale failure counted", from: "case w.era() != era || w.forced():", to: "case w.forced():"},
		}),
		in("breaker/permit.go", []mutant{
			{name: "permit counts twice", from: "	p.breaker = nil // first, because OnChange may panic\n", to: ""},
			{name: "off still counts", from: "if w&guardedBit != 0 && b.Mode() == Off {", to: "if false {"},
			{name: "watching refuses", from: "	if mode == WatchOnly && err != nil {\n		return Permit{}, nil\n	}\n", to: ""},
		}),
		in("breaker/probe.go", []mutant{
			{name: "one probe more", from: "if len(b.probes) >= b.config.Probes {", to: "if len(b.probes) > b.config.Probes {"},
			{name: "lost probe never taken back", from: "	b.takeBack()\n	if", to: "	if"},
			{name: "stale probe counted", from: "if b.load().era() == p.given.era() {", to: "if true {"},
			{name: "failed probe closes", from: "			b.become(b.opening(tally{failures: 1}))\n", to: "			b.become(move{to: Closed})\n"},
			{name: "one success less", from: "if b.successes++; b.successes >= b.config.Successes {", to: "if b.successes++; b.successes >= b.config.Successes-1 {"},
			{name: "slow probe closes", from: "	if o.alive() && b.slow(p, clock()) {\n		o = Failure\n	}\n", to: ""},
		}),
		in("breaker/openerror.go", []mutant{
			{name: "cooldown never over", from: "return e.forced || e.until-clock() > d", to: "return true"},
			{name: "cooldown one tick long", from: "return e.forced || e.until-clock() > d", to: "return e.forced || e.until-clock() >= d"},
		}),
		in("breaker/cooldown.go", []mutant{
			{name: "cooldown of a fleet", from: "return e - time.Duration(u*float64(e/4))", to: "return e"},
		}),
		in("breaker/breaker.go", []mutant{
			{name: "cooldown grows for ever", from: "		b.openings = 0\n", to: ""},
		}),
	)
}

// ofWindows break the shares that a breaker looks at, and the keys.
func ofWindows() []mutant {
	return slices.Concat(
		in("breaker/window.go", []mutant{
			{name: "above the share", from: "uint64(part)*all >= uint64(share)", to: "uint64(part)*all > uint64(share)"},
			{name: "share rounded", from: "uint64(part)*all >= uint64(share)*uint64(t.calls)", to: "uint64(part)*100/uint64(t.calls) >= uint64(share)*100/all"},
			{name: "min ignored", from: "least := int64(b.config.Min)", to: "least := int64(1)"},
			{name: "success evaluates nothing", from: "w.recent.good(now, w.check.Load()); counted && tick < w.check.Load() {", to: "w.recent.good(now, never); counted && tick < never {"},
			{name: "fast calls are slow", from: "now-p.start >= b.config.Slow", to: "now-p.start >= b.config.Slow/2"},
		}),
		in("breaker/recenttime.go", []mutant{
			{name: "old bucket counted", from: "if uint32(number)-uint32(n>>32) >= buckets {\n		return 0\n	}\n", to: ""},
			{name: "old failures counted", from: "number-b.number < buckets {", to: "true {"},
		}),
		in("breaker/recentcalls.go", []mutant{
			{name: "window one call longer", from: "number <= calls-r.length", to: "number < calls-r.length"},
		}),
		in("breaker/keyed.go", []mutant{
			{name: "room for fewer keys", from: "const DefaultKeys = 1024", to: "const DefaultKeys = 100"},
			{name: "failure without room is lost", from: "(had != nil || p.breaker == nil)", to: "p.breaker == nil"},
			{name: "switch reaches no key", from: "	if k.governed() {\n		permit", to: "	if false {\n		permit"},
			{name: "all keys are one", from: "		if e := k.find(key); e != nil {\n			return e.Refuses(d)\n		}\n", to: ""},
		}),
		in("runtime/breaker_key.go", []mutant{
			{name: "number and text are one", from: "= number, true", to: "= 0, true"},
		}),
	)
}
