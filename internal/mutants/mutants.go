package main

import "slices"

// mutants are the ways to break things. What is replaced is as short as it can be
// and still be found.
func mutants() []mutant {
	return slices.Concat(ofCalls(), ofGuards(), ofBreakers(), ofWindows(), ofDelays())
}

// ofDelays break the strategies.
func ofDelays() []mutant {
	return slices.Concat(
		in("backoff/jitter.go", []mutant{
			{name: "no jitter", from: "	least, most := s.span(retry, prev)\n	return draw(least, most, u)", to: "	_, most := s.span(retry, prev)\n	return most"},
			{name: "equal jitter from zero", from: "return delay / 2, delay", to: "return 0, delay"},
			{name: "decorrelated forgets", from: "times(max(prev, base), 3, most)", to: "times(base, 3, most)"},
			{name: "max before the spread", from: "return most - time.Duration(float64(most)*(spread/(1+spread)))", to: "return most"},
		}),
		in("backoff/deterministic.go", []mutant{
			{name: "schedule starts at the second", from: "s.Delays[min(max(retry, 1), len(s.Delays))-1]", to: "s.Delays[min(max(retry+1, 1), len(s.Delays))-1]"},
		}),
	)
}
