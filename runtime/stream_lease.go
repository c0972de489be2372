package retry

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"weak"
)

// A lease is the context of an attempt whose results may use it after the call, as the
// body of a response does. Until the method returns, it ends with the timeouts of the
// call. After that it ends with the caller's context, or when the last result that holds
// it is closed or collected.
//
// Its deadline is not that of the timeouts. A client that passes the deadline on to a
// server, as gRPC does, would have the stream cut off there. [Deadline] returns the earlier
// of the two.
//
// What ends a lease refers to the context below and to ended, but not to the lease. So the
// lease can be collected while the caller's context lives.
type lease struct {
	context.Context // the attempt's own, below the caller's
	*ended
	deadline time.Time   // of the timeouts; zero if there is none
	free     atomic.Bool // of the timeouts, because the method has returned
	unlink   func() bool // from the timeouts
	holds    atomic.Int32
	loose    int32 // holds of results that refer to it, and cannot be intercepted
	endless  bool  // a result holds it that does not say when it is done
	closes   []any // results to close if the caller does not get them
}

// ended is how a lease ends.
type ended struct {
	cancel context.CancelCauseFunc
	unset  func() bool // stops the context below from calling set when it ends
	once   sync.Once
	done   chan struct{}
	open   atomic.Pointer[atomic.Int64] // counts it among the open streams; nil: it is not counted
}

// newLease returns a lease below the caller's context. It ends with the timeouts until
// returned is called.
func newLease(caller, timeouts context.Context) *lease {
	deadline, _ := timeouts.Deadline()
	below, cancel := context.WithCancelCause(caller)
	l := &lease{Context: below, deadline: deadline, ended: &ended{cancel: cancel, done: make(chan struct{})}}
	l.unset = context.AfterFunc(below, l.set)
	made := false
	defer func() {
		if !made { // the caller's context panics
			l.end()
		}
	}()
	l.unlink = context.AfterFunc(timeouts, func() {
		if caller.Err() == nil { // the caller's end arrives by itself, with its own error
			cancel(context.Cause(timeouts))
		}
	})
	made = true
	return l
}

func (e *ended) set() {
	e.once.Do(func() {
		close(e.done)
		e.uncount()
	})
}

// count counts it among the open streams until it ends.
func (e *ended) count(open *atomic.Int64) {
	open.Add(1)
	e.open.Store(open)
	select {
	case <-e.done: // it has ended meanwhile, and may not have seen that it is counted
		e.uncount()
	default:
	}
}

func (e *ended) uncount() {
	if open := e.open.Swap(nil); open != nil {
		open.Add(-1)
	}
}

// end ends the context at once, without a goroutine.
func (e *ended) end() {
	e.unset()
	e.cancel(nil)
	e.set()
}

// Done is not that of the context below, so that contexts derived from the lease ask the
// lease for its error.
func (l *lease) Done() <-chan struct{} { return l.done }

// Err is context.DeadlineExceeded after a timeout, as for other contexts, although the
// context below was cancelled.
func (l *lease) Err() error {
	if l.Context.Err() == nil {
		return nil
	}
	l.set() // so that Done is closed if Err is not nil
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

// returned separates the lease from the timeouts, because the method has returned.
func (l *lease) returned() {
	if l != nil {
		l.free.Store(true)
		l.unlink()
	}
}

// keep leaves the lease to the results that hold it. A caller who gets an error seldom
// closes the results beside it, so such a lease also ends when it is collected. With counts,
// a lease that ends by closing its results is an open stream until then.
func (l *lease) keep(failed bool, n *counts) {
	if l == nil {
		return
	}
	holds := l.holds.Load()
	if holds == 0 {
		l.end()
		return
	}
	l.closes = nil
	if n != nil && !failed && !l.endless && l.loose == 0 {
		l.count(&n.streams)
	}
	if (failed || holds == l.loose) && !inBubble() {
		runtime.AddCleanup(l, endWeak, weak.Make(l.ended))
	}
}

// idle reports whether no result holds the lease.
func (l *lease) idle() bool { return l == nil || l.holds.Load() == 0 }

// endWeak is end for a lease that was collected. ended may have been collected, too, if
// nobody waited for it. The reference is weak, because a context below the lease can be
// reached from ended, and refers to the lease.
func endWeak(w weak.Pointer[ended]) {
	if e := w.Value(); e != nil {
		e.end()
	}
}

// discard ends the lease of results that the caller does not get, and closes them.
func (l *lease) discard() {
	if l == nil {
		return
	}
	defer l.end()
	for _, result := range l.closes {
		defer closeResult(result) // all of them, even if one panics
	}
}

// drop gives a hold back.
func (l *lease) drop() {
	if l.holds.Add(-1) == 0 {
		l.end()
	}
}

// inBubble reports whether this runs in a bubble of testing/synctest, whose times have no
// monotonic reading. It is fatal to end from outside what was made in a bubble, and a
// cleanup of the garbage collector runs outside. The next call cannot do it either, because
// it may run in another bubble. So in a bubble, a context that nobody ends lives as long as
// the caller's.
func inBubble() bool {
	now := time.Now()
	return now == now.Round(0)
}
