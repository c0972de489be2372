package retrypage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	retry "github.com/retrygen/retrygen/runtime"
)

// From these shares of the calls within a minute that fail, somebody should look, or hurry.
const (
	warnFailing = 0.05
	badFailing  = 0.5
	leastCalls  = 10 // below, a share says nothing
)

// problemsOf says what is wrong with a dependency, the worst first.
func problemsOf(d *dependency) []problem {
	var list []problem
	add := func(l level, format string, args ...any) {
		if l > fine {
			list = append(list, problem{l, fmt.Sprintf(format, args...)})
		}
	}
	if d.Chaos {
		add(warn, "Chaos is on: it disturbs attempts of %s.", disturbed(d.Methods))
	}
	if !d.Enabled {
		by := ""
		if d.OffBy == retry.LayerFleet {
			by = " by the operator of the fleet"
		}
		add(warn, "Switched off%s: calls pass straight through, without retries, timeouts and breaker.", by)
	}
	for _, b := range d.Breakers {
		if b.Level == bad {
			add(bad, "%s%s: %s", of(b.Method, "Breaker "), b.Word, b.Text)
		}
	}
	if t := d.Traffic; t.recent.calls >= leastCalls && t.Failing >= warnFailing {
		l := warn
		if t.Failing >= badFailing {
			l = bad
		}
		add(l, "%.0f%% of the calls of the last minute failed: %d of %d.", 100*t.Failing, t.recent.failed, t.recent.calls)
	}
	for _, b := range d.Breakers {
		if b.Level < bad {
			add(b.Level, "%s%s: %s", of(b.Method, "Breaker "), b.Word, b.Text)
		}
	}
	for _, b := range d.Budgets {
		switch {
		case b.Tokens < 1 && b.Level > fine:
			add(warn, "%sis empty: calls that fail are not retried.", of(b.Method, "The retry budget "))
		default:
			add(b.Level, "%sis low: %d of %d tokens.", of(b.Method, "The retry budget "), b.Whole(), b.Burst)
		}
	}
	for _, l := range d.Limits {
		add(l.Level, "%sis full: %s.", of(l.Method, "The limit "), l.Words())
	}
	for _, m := range d.Methods {
		if m.Refused != "" {
			add(warn, "%s cannot have a policy that somebody has set, and runs without it. %s.", m.Method, m.Refused)
		}
	}
	if n := overridden(d.Methods); n > 0 {
		add(note, "%s under a policy that the source does not say.", count(n, "method runs", "methods run"))
	}
	slices.SortStableFunc(list, func(a, b problem) int { return cmp.Compare(b.Level, a.Level) })
	return list
}

// of puts the method in front of what it has of its own.
func of(method, what string) string {
	if method == "" {
		return what
	}
	return method + ": " + what
}

func overridden(methods []methodView) (n int) {
	for _, m := range methods {
		if m.Override {
			n++
		}
	}
	return n
}

// disturbed says of which methods chaos disturbs the attempts, and how if it does the same to all.
func disturbed(methods []methodView) string {
	var names []string
	how := make(map[string]bool)
	for _, m := range methods {
		if m.Chaos != "" {
			names = append(names, m.Method)
			how[m.Chaos] = true
		}
	}
	text := names[0] + " on purpose"
	if len(names) > 1 {
		text = fmt.Sprintf("%d methods on purpose", len(names))
	}
	if len(how) == 1 {
		text += " (" + slices.Collect(maps.Keys(how))[0] + ")"
	}
	return text
}

// verdictOf says in one sentence how the dependencies are, and how bad that is. Nobody should
// look for an outage that is a test, so it says that chaos is on.
func verdictOf(list []dependency) (string, level) {
	text, worst := howAre(list)
	if slices.ContainsFunc(list, func(d dependency) bool { return d.Chaos }) {
		text += " · chaos is on"
	}
	return text, worst
}

func howAre(list []dependency) (string, level) {
	var worst level
	var failing, uneasy int
	for _, d := range list {
		worst = max(worst, d.Level)
		switch d.Level {
		case bad:
			failing++
		case warn:
			uneasy++
		}
	}
	all := len(list)
	switch {
	case all == 0:
		return "No dependency to show", fine
	case all == 1 && worst == bad:
		return "The dependency fails", worst
	case all == 1 && worst == warn:
		return "The dependency needs a look", worst
	case failing > 0:
		return fmt.Sprintf("%d of %d dependencies %s", failing, all, verb(failing, "fails", "fail")), worst
	case uneasy > 0:
		return fmt.Sprintf("%d of %d dependencies %s a look", uneasy, all, verb(uneasy, "needs", "need")), worst
	case all == 1:
		return "The dependency works", worst
	}
	return fmt.Sprintf("All %d dependencies work", all), worst
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
