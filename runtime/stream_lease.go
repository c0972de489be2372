package retry

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"weak"
)

// A lease is the context of an attempt whose results may go on using it after the
// call, as the body of a response does. Until the method has returned it ends with
// the timeouts of the call; after that only with the caller's context, or when the
// last result that holds it is closed or collected.
//
// The timeouts are not among its deadlines: who passes a deadline on to a server,
// as gRPC does, would have the stream cut off there.
//
// What ends it refers to the context below and to ended, and not to the lease: so
// it can be collected although the caller's context goes on.
type lease struct {
	context.Context // the attempt's own, below the caller's
	*ended
	unlink func() bool // from the timeouts
	holds  atomic.Int32
	loose  int32 // holds of results that refer to it, and cannot be intercepted
	closes []any // results to be closed where the caller does not get them
}

// ended is how a lease comes to an end.
type ended struct {
	cancel context.CancelCauseFunc
	unset  func() bool // keeps the end of the context below from calling set
	once   sync.Once
	done   chan struct{}
}

// newLease returns a lease below the caller's context, that ends with the timeouts
// until it is told that the method has returned.
func newLease(caller, timeouts context.Context) *lease {
	below, cancel := context.WithCancelCause(caller)
	l := &lease{Context: below, ended: &ended{cancel: cancel, done: make(chan struct{})}}
	l.unset = context.AfterFunc(below, l.set)
	l.unlink = context.AfterFunc(timeouts, func() {
		if caller.Err() == nil { // whose end comes by itself, with its own error
			cancel(context.Cause(timeouts))
		}
	})
	return l
}

func (e *ended) set() { e.once.Do(func() { close(e.done) }) }

// end ends the context, at once and without a goroutine.
func (e *ended) end() {
	e.unset()
	e.cancel(nil)
	e.set()
}

// Done is not that of the context below, so that contexts derived from the lease
// ask it for its error when it ends.
func (l *lease) Done() <-chan struct{} { return l.done }

// Err is context.DeadlineExceeded after a timeout, as it is of other contexts with
// one, though the context below has been cancelled.
func (l *lease) Err() error {
	if l.Context.Err() == nil {
		return nil
	}
	l.set() // whoever knows of the end finds that Done tells of it
	switch context.Cause(l.Context) {
	case ErrAttemptTimeout, ErrDeadline:
		return context.DeadlineExceeded
	}
	return l.Context.Err()
}

// AfterFunc lets package context derive contexts without a goroutine.
func (l *lease) AfterFunc(f func()) (stop func() bool) {
	e := l.ended
	return context.AfterFunc(l.Context, func() {
		e.set()
		f()
	})
}

// returned takes the lease out of the timeouts, because the method has returned.
func (l *lease) returned() {
	if l != nil {
		l.unlink()
	}
}

// keep leaves the lease to the results that hold it.
func (l *lease) keep() {
	if l == nil {
		return
	}
	holds := l.holds.Load()
	if holds == 0 {
		l.end()
		return
	}
	l.closes = nil
	if holds == l.loose && !inBubble() {
		runtime.AddCleanup(l, endWeak, weak.Make(l.ended))
	}
}

// endWeak is end for a lease that has been collected. Its end may have been as well,
// when nobody was left to wait for it; and it must not be what keeps the lease, from
// which a context below it can be reached.
func endWeak(w weak.Pointer[ended]) {
	if e := w.Value(); e != nil {
		e.end()
	}
}

// discard ends the lease of results that the caller does not get. Those of an
// attempt that has not failed are closed.
func (l *lease) discard(failed bool) {
	if l == nil {
		return
	}
	defer l.end()
	if failed {
		return
	}
	for _, result := range l.closes {
		switch c := result.(type) {
		case interface{ Close() error }:
			defer c.Close() // all of them, even where one panics
		case interface{ Close() }:
			defer c.Close()
		}
	}
}

// drop is for a hold that is given back.
func (l *lease) drop() {
	if l.holds.Add(-1) == 0 {
		l.end()
	}
}

// inBubble reports whether this runs in a bubble of testing/synctest, whose times
// have no monotonic reading. What a bubble has made must not be ended from outside
// of it, as a cleanup of the collector's would: that is fatal. Nor could it be left
// to the next call, which may be one of another bubble. So a context that nobody
// ends lives there as long as the caller's.
func inBubble() bool {
	now := time.Now()
	return now == now.Round(0)
}
