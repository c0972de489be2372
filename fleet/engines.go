package fleet

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	publishTimeout = 2 * time.Second
	fetchTimeout   = 5 * time.Second

	// Between two Gets. They find out whether the store can be reached, and what Watch has
	// missed.
	fetchEvery = 30 * time.Second
	fetchAgain = 5 * time.Second // after an error
	fetchSoon  = 100 * time.Millisecond

	leastPause = time.Second // before a Subscribe or a Watch that has failed begins again
	mostPause  = 30 * time.Second

	listensWell = 5 * time.Second // one that has not failed for so long works
)

// The errors of a Subscribe or a Watch that ends before its context does: by a return, and by
// runtime.Goexit.
var (
	errEnded = errors.New("the engine has stopped listening")
	errLeft  = errors.New("the engine has left its goroutine")
)

// keep calls a Subscribe or a Watch again and again until ctx ends.
func (r *run) keep(ctx context.Context, which func(*mail) *health, f func(context.Context) error) {
	r.helpers.Go(func() {
		pause := leastPause
		for {
			ended := make(chan error, 1)
			go func() {
				defer close(ended)
				ended <- f(ctx)
			}()
			err, ok := error(nil), false
			select {
			case err, ok = <-ended:
			case <-time.After(listensWell):
				r.inbox.note(which, nil)
				pause = leastPause
				err, ok = <-ended
			}
			if ctx.Err() != nil {
				return
			}
			switch {
			case !ok:
				err = errLeft
			case err == nil:
				err = errEnded
			}
			r.inbox.note(which, err)
			sleep(ctx, pause)
			pause = min(2*pause, mostPause)
		}
	})
}

// refresh gets the document from time to time.
func (r *run) refresh(ctx context.Context) {
	for ctx.Err() == nil {
		watched := r.inbox.beforeFetch()
		within, cancel := context.WithTimeout(ctx, fetchTimeout)
		d, err := r.config.Store.Get(within)
		cancel()
		pause := time.Duration((0.75 + 0.25*rand.Float64()) * float64(fetchEvery)) // so that processes do not ask in step
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			r.inbox.note(ofStore, err)
			pause = fetchAgain
		case !r.inbox.fetched(d, watched):
			pause = fetchSoon
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		case <-r.fetches:
			sleep(ctx, fetchSoon) // a store that contradicts itself is not asked without end
		}
	}
}

// sleep waits until the time is over or ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// An outbox has what is to be published. The last hint replaces one that has not gone out.
type outbox struct {
	hints   chan []byte // has room for one
	reports chan []byte
}

func newOutbox() *outbox {
	return &outbox{hints: make(chan []byte, 1), reports: make(chan []byte, 16)}
}

// hint takes a hint. Only Run calls it.
func (o *outbox) hint(message []byte) {
	select {
	case <-o.hints:
	default:
	}
	o.hints <- message // there is room, because nobody else sends
}

// reports sends a report to the other processes. If the bus does not keep up, it is lost.
func (r *run) reports(e Event) {
	if r.outbox == nil {
		return
	}
	select {
	case r.outbox.reports <- r.report(e):
	default:
	}
}

// publish sends what is in the outbox.
func (r *run) publish(ctx context.Context) {
	for {
		topic := hintsTopic(r.config.Topic)
		var message []byte
		select {
		case <-ctx.Done():
			return
		case message = <-r.outbox.hints:
		case message = <-r.outbox.reports:
			topic = reportsTopic(r.config.Topic)
		}
		within, cancel := context.WithTimeout(ctx, publishTimeout)
		err := r.config.Bus.Publish(within, topic, message)
		cancel()
		if ctx.Err() != nil {
			return
		}
		r.inbox.note(ofBus, err)
	}
}
