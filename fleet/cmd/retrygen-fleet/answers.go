package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/retrygen/retrygen/fleet"
)

// A listener collects what processes say about documents.
type listener struct {
	stop context.CancelFunc

	mu      sync.Mutex
	reports map[uint64]map[string]fleet.Report // by revision and process, the latest
}

// listen starts to listen. It returns when the subscription works, or after a second.
func (o *options) listen(ctx context.Context, e engine) *listener {
	ctx, stop := context.WithCancel(ctx)
	l := &listener{stop: stop, reports: make(map[uint64]map[string]fleet.Report)}
	if o.wait == 0 {
		return l
	}
	bus := &testedBus{Bus: e.Bus, topics: make(chan string, 1), works: make(chan struct{}, 1)}
	// An error of the subscription shows in the other calls, too, or leaves the answers empty.
	go func() { _ = fleet.WatchReports(ctx, bus, o.topic, l.take) }()
	bus.wait(ctx, time.Second)
	return l
}

func (l *listener) take(r fleet.Report) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reports[r.Revision] == nil {
		l.reports[r.Revision] = make(map[string]fleet.Report)
	}
	if r.Kind == fleet.EventApplied || r.Kind == fleet.EventRefused {
		l.reports[r.Revision][r.Process] = r
	}
}

// answers waits for what processes say about a revision.
func (l *listener) answers(ctx context.Context, d time.Duration, revision uint64) (applied, refused []fleet.Report) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	said := l.reports[revision]
	for _, process := range slices.Sorted(maps.Keys(said)) {
		if r := said[process]; r.Kind == fleet.EventApplied {
			applied = append(applied, r)
		} else {
			refused = append(refused, r)
		}
	}
	return applied, refused
}

// printAnswers prints who has applied a document, and who has refused it.
func (o *options) printAnswers(applied, refused []fleet.Report) error {
	var b strings.Builder
	if len(applied)+len(refused) == 0 {
		fmt.Fprintf(&b, "# no process has said anything within %v\n", o.wait)
	}
	if len(applied) > 0 {
		fmt.Fprintf(&b, "# applied by %s\n", count(len(applied), "process", "processes"))
		for _, r := range applied {
			fmt.Fprintf(&b, "#   %s\n", printable(r.Process))
		}
		for _, name := range unmatchedByAll(applied) {
			fmt.Fprintf(&b, "# none of them has %s (yet)\n", printable(name))
		}
	}
	if len(refused) > 0 {
		fmt.Fprintf(&b, "# REFUSED by %s\n", count(len(refused), "process, which keeps what it had", "processes, which keep what they had"))
		for _, r := range refused {
			fmt.Fprintf(&b, "#   %s\n%s\n", printable(r.Process), strings.ReplaceAll(indent(printable(r.Error)), "#   ", "#     "))
		}
	}
	if _, err := fmt.Fprint(o.out, b.String()); err != nil {
		return err
	}
	if len(refused) > 0 {
		return errRefused
	}
	return nil
}

// unmatchedByAll returns the names of a document that no process has: most likely slips.
func unmatchedByAll(applied []fleet.Report) []string {
	names := slices.Clone(applied[0].Unmatched)
	for _, r := range applied[1:] {
		names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(r.Unmatched, name) })
	}
	return names
}

// A testedBus finds out when its subscription works: it sends messages that are not reports
// until one arrives.
type testedBus struct {
	fleet.Bus
	topics chan string
	works  chan struct{}
}

func (b *testedBus) Subscribe(ctx context.Context, topic string, receive func([]byte)) error {
	b.topics <- topic
	return b.Bus.Subscribe(ctx, topic, func(message []byte) {
		select {
		case b.works <- struct{}{}:
		default:
		}
		receive(message)
	})
}

// wait waits until the subscription works, for d at most.
func (b *testedBus) wait(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	topic := <-b.topics
	for ctx.Err() == nil {
		_ = b.Publish(ctx, topic, []byte("{}")) // a failure means that nothing arrives
		select {
		case <-b.works:
			return
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}
