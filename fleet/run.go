package fleet

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// Run takes part in the fleet until ctx ends; then it returns nil. When it returns, it leaves no
// goroutine and no trace: the layer of the fleet is taken away from all groups, and the other
// processes know that this one is gone. Breakers that are open because others are stay open for
// the rest of their time.
//
// Run goes on while an engine cannot be reached; see EventUnreachable. It returns an error only
// if it is called while it is under way.
func (f *Fleet) Run(ctx context.Context) error {
	if !f.running.CompareAndSwap(false, true) {
		return errors.New("fleet: Run is under way already")
	}
	defer f.running.Store(false)
	ctx, cancel := context.WithCancel(ctx)
	r := &run{Fleet: f}
	defer r.end(ctx) // also if OnEvent leaves by panic or Goexit
	defer r.helpers.Wait()
	defer cancel()
	r.begin(ctx)
	r.loop(ctx)
	return nil
}

// A run is a call of Run.
type run struct {
	*Fleet
	helpers sync.WaitGroup

	control *control // nil without a Store
	hints   *hints   // nil without a Bus
	outbox  *outbox  // nil without a Bus
	fetches chan struct{}

	store, bus engineHealth
	warned     bool // of a process with the same name
}

// begin starts the goroutines that talk to the engines.
func (r *run) begin(ctx context.Context) {
	r.inbox.take(mail{}) // what an earlier run has left
	r.inbox.grown()
	if bus := r.config.Bus; bus != nil {
		r.hints, r.outbox = newHints(r.Fleet), newOutbox()
		r.keep(ctx, ofListen, func(ctx context.Context) error {
			return bus.Subscribe(ctx, hintsTopic(r.config.Topic), r.hints.receive)
		})
		r.helpers.Go(func() { r.publish(ctx) })
	}
	if store := r.config.Store; store != nil {
		r.steering.Store(new(retry.Steering))
		r.version++
		r.fetches = make(chan struct{}, 1)
		r.control = &control{Fleet: r.Fleet, report: r.reports, fetch: r.fetchNow}
		r.keep(ctx, ofWatch, func(ctx context.Context) error { return store.Watch(ctx, r.inbox.watch) })
		r.helpers.Go(func() { r.refresh(ctx) })
	}
}

// end takes away what the run has done.
func (r *run) end(ctx context.Context) {
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.shown = r.blank()
	}()
	if r.control != nil {
		defer r.control.release()
	}
	if r.hints != nil && r.bus.Reachable {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
		defer cancel()
		m := r.hints.node.Leave()
		_ = r.config.Bus.Publish(ctx, hintsTopic(r.config.Topic), encode(&m)) // without it, the others find out
	}
}

// farewell is how long the last message may take.
const farewell = time.Second

// loop does everything that is not waiting for an engine.
func (r *run) loop(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var m mail
	for ctx.Err() == nil {
		m = r.inbox.take(m)
		next := r.step(&m)
		r.show(r)
		wait := time.Until(next)
		if wait <= 0 {
			wait = time.Millisecond // whatever is due, the loop leaves time for others
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-r.inbox.wake:
		case <-timer.C:
		}
	}
}

// step handles the mail and what is due, and returns when it must be called again.
func (r *run) step(m *mail) (next time.Time) {
	next = time.Now().Add(time.Hour) // nothing is due then
	if c := r.control; c != nil {
		if m.arrival != nil {
			c.receive(m.arrival)
		}
		if m.grown || c.uneven {
			c.adopt()
		}
		if at := c.expire(); !at.IsZero() {
			next = at
		}
		r.note(EngineStore, &r.store, m.store, m.watch)
	}
	if r.hints != nil {
		if at := r.hint(m); at.Before(next) {
			next = at
		}
		r.note(EngineBus, &r.bus, m.bus, m.listen)
	}
	return next
}

// note notes the health of an engine: what it says when it is asked, and how listening goes.
func (r *run) note(engine string, s *engineHealth, asked, listening health) {
	if asked.news {
		s.answered, s.asked = true, asked.err
	}
	if listening.news {
		s.listening = listening.err
	}
	s.Err = cmp.Or(s.asked, s.listening)
	known, reachable := !s.Since.IsZero(), s.answered && s.Err == nil
	if s.Err == nil && !s.answered || known && reachable == s.Reachable {
		return
	}
	s.Reachable, s.Since = reachable, time.Now()
	switch {
	case !reachable:
		r.tell(Event{Kind: EventUnreachable, Engine: engine, Err: s.Err})
	case known:
		r.tell(Event{Kind: EventReachable, Engine: engine})
	}
}

// An engineHealth is what a run knows about an engine.
type engineHealth struct {
	EngineStatus
	answered         bool // or has failed to
	asked, listening error
}

// fetchNow asks the store for the present document soon.
func (r *run) fetchNow() {
	select {
	case r.fetches <- struct{}{}:
	default:
	}
}
