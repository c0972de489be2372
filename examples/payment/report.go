package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report prints the two runs side by side, and what the wrapper did.
func report(w io.Writer, without, with *result) error {
	var table strings.Builder
	t := tabwriter.NewWriter(&table, 0, 0, 3, ' ', 0)
	fmt.Fprintf(w, "The same %d calls in %v, to a server on %s that fails by a plan\n\n", calls, runs, with.server.address)
	fmt.Fprintln(t, "\twithout\twith retrygen")
	for _, name := range []string{"Charge", "Balance"} {
		a, b := without.method(name), with.method(name)
		fmt.Fprintf(t, "\t\t\n%s\t%d calls\t%d calls\n", name, a.calls(), b.calls())
		kinds := maps.Clone(a.outcomes)
		maps.Copy(kinds, b.outcomes)
		for _, kind := range slices.SortedFunc(maps.Keys(kinds), okFirst) {
			fmt.Fprintf(t, "  %s\t%s\t%s\n", kind, share(a, kind), share(b, kind))
		}
		fmt.Fprintf(t, "  p50, p95, longest\t%s\t%s\n", latency(a), latency(b))
	}
	fmt.Fprintf(t, "\t\t\nrequests that reached the server\t%d\t%d\n", without.server.requestCount(), with.server.requestCount())
	fmt.Fprintf(t, "repeated charges, ignored by their key\t%d\t%d\n", without.server.droppedRepeats(), with.server.droppedRepeats())
	fmt.Fprintf(t, "charged, but the caller got an error\t%d\t%d\n", without.unheard(), with.unheard())
	fmt.Fprintf(t, "charged twice\t%d\t%d\n", without.server.takenTwice(), with.server.takenTwice())
	if err := t.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	_, err := io.WriteString(w, "\n"+doings(with))
	return err
}

// okFirst sorts successes before the rest.
func okFirst(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == "ok":
		return -1
	case b == "ok":
		return 1
	}
	return strings.Compare(a, b)
}

func share(m *methodResult, kind string) string {
	n := m.outcomes[kind]
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%3d  %3d%%", n, (n*100+m.calls()/2)/m.calls())
}

func latency(m *methodResult) string {
	tenths := func(share float64) time.Duration { return m.percentile(share).Round(100 * time.Microsecond) }
	return fmt.Sprintf("%v, %v, %v", tenths(0.5), tenths(0.95), tenths(1))
}

// Changes of the breaker this close together are one line: a probe begins and ends.
const atOnce = 10 * time.Millisecond

// doings prints what the wrapper did: attempts, retries, and the changes of the breaker
// among those of the server.
func doings(r *result) string {
	var b strings.Builder
	b.WriteString("What the wrapper did\n")
	for _, name := range []string{"Charge", "Balance"} {
		m := r.method(name)
		fmt.Fprintf(&b, "  %-8s %d attempts for %d calls; retried after:", name, m.attempts, m.calls())
		for i, kind := range slices.Sorted(maps.Keys(m.retries)) {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, " %s %d", kind, m.retries[kind])
		}
		b.WriteString("\n")
	}
	b.WriteString("\nWhat the server did, and the breaker\n")
	type line struct {
		at   time.Duration
		text string
	}
	var lines []line
	for _, p := range plan {
		text := "server " + p.fault.String()
		if p.share < 1 {
			text += fmt.Sprintf(" for %.0f%% of the requests", 100*p.share)
		}
		lines = append(lines, line{p.start, text})
	}
	for i, c := range r.changes {
		if i > 0 && c.at-r.changes[i-1].at < atOnce {
			lines[len(lines)-1].text += " → " + c.To.String()
			continue
		}
		lines = append(lines, line{c.at, "            breaker " + c.From.String() + " → " + c.To.String()})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(a.at, b.at) })
	for _, l := range lines {
		fmt.Fprintf(&b, "  %6dms  %s\n", l.at.Milliseconds(), l.text)
	}
	return b.String()
}
