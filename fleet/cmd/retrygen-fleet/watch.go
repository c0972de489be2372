package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/retrygen/retrygen/fleet"
)

// watch prints what happens until ctx ends.
func watch(ctx context.Context, o *options, e engine) error {
	first, _, err := o.present(ctx, e) // an engine that does not answer is an error now, and none later
	if err != nil && first.Revision == 0 {
		return err
	}
	interrupted := ctx
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := watching{o: o, events: make(chan func()), ended: ctx.Done()}
	defer w.forget()
	go func() {
		if err := e.Watch(ctx, func(d fleet.Document) { w.do(func() { w.document(d) }) }); err != nil {
			cancel(err)
		}
	}()
	go func() {
		if err := fleet.WatchReports(ctx, e.Bus, o.topic, func(r fleet.Report) { w.do(func() { w.report(r) }) }); err != nil {
			cancel(err)
		}
	}()
	for {
		select {
		case event := <-w.events:
			event()
		case <-ctx.Done():
			if interrupted.Err() != nil {
				return nil
			}
			return context.Cause(ctx)
		}
	}
}

// A watching is a watch that is under way. Its goroutine is that of watch, to which the others
// hand their events.
type watching struct {
	o      *options
	events chan func()
	ended  <-chan struct{}

	told     string // the revision and the text of the document that was printed last
	expiries []*time.Timer
	number   int // of the document, so that no expiry of an earlier one counts
}

// do hands an event over.
func (w *watching) do(event func()) {
	select {
	case w.events <- event:
	case <-w.ended:
	}
}

// print prints lines with the time before the first.
func (w *watching) print(text string) {
	text = strings.ReplaceAll(strings.TrimSuffix(printable(text), "\n"), "\n", "\n          ")
	_, _ = fmt.Fprintf(w.o.out, "%s  %s\n", time.Now().Format(time.TimeOnly), text) // without a reader, nothing helps
}

// document prints a document, unless it is the one before.
func (w *watching) document(d fleet.Document) {
	key := fmt.Sprintf("%d %s", d.Revision, d.Text)
	if key == w.told {
		return
	}
	w.told = key
	w.forget()
	sections, err := parse(fmt.Sprintf("revision %d", d.Revision), d.Text)
	if err != nil {
		w.print(fmt.Sprintf("revision %d is bad:\n%v", d.Revision, err))
		return
	}
	left := sections.After(d.Age)
	switch {
	case d.Revision == 0:
		w.print("there is no document")
	case len(left) == 0:
		w.print(fmt.Sprintf("revision %d: nothing is in force", d.Revision))
	default:
		w.print(fmt.Sprintf("revision %d\n%s", d.Revision, shown(left, time.Now())))
	}
	for _, section := range left {
		w.expire(section, d.Revision)
	}
}

// expire prints a section when its time is over.
func (w *watching) expire(section fleet.Section, revision uint64) {
	number := w.number
	w.expiries = append(w.expiries, time.AfterFunc(section.For, func() {
		w.do(func() {
			if w.number == number {
				w.print(fmt.Sprintf("expired, of revision %d\n%s", revision, fleet.Sections{section}))
			}
		})
	}))
}

// forget stops the timers of a document that is replaced.
func (w *watching) forget() {
	for _, timer := range w.expiries {
		timer.Stop()
	}
	w.expiries = nil
	w.number++
}

// report prints what a process says.
func (w *watching) report(r fleet.Report) {
	switch r.Kind {
	case fleet.EventApplied:
		w.print(fmt.Sprintf("revision %d is applied by %s", r.Revision, r.Process))
	case fleet.EventRefused:
		w.print(fmt.Sprintf("revision %d is REFUSED by %s:\n%s", r.Revision, r.Process, r.Error))
	}
}
