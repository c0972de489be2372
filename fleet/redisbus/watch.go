package redisbus

import (
	"context"
	"time"

	"github.com/retrygen/retrygen/fleet"
)

// Watch implements [fleet.Store].
func (b *Bus) Watch(ctx context.Context, receive func(fleet.Document)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	joined, changed := make(chan struct{}, 1), make(chan struct{}, 1)
	ended := make(chan error, 1)
	go func() {
		defer cancel()
		ended <- b.listen(ctx, b.key("changed"), func() { wake(joined) }, func(string) { wake(changed) })
	}()
	err := b.poll(ctx, joined, changed, receive)
	cancel()
	if refusal := <-ended; refusal != nil {
		return refusal
	}
	return err
}

// poll calls receive with what Watch promises, until ctx ends. It returns an error if the
// server refuses the very first reading for lack of rights.
func (b *Bus) poll(ctx context.Context, joined, changed <-chan struct{}, receive func(fleet.Document)) error {
	var last fleet.Document
	var lastPut string
	told, ever := false, false
	for next := time.Duration(0); ; {
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
		case <-joined:
			told = false
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return nil
		}
		document, put, err := b.read(ctx)
		switch next = b.o.Poll; {
		case ctx.Err() != nil:
			return nil
		case refused(err) && !ever:
			return err
		case err != nil:
			b.failed(err)
			told, next = false, min(b.o.Poll, time.Second)
		default:
			same := told && put == lastPut && document.Revision == last.Revision && document.Text == last.Text
			told, ever, last, lastPut = true, true, document, put
			if !same {
				receive(document)
			}
		}
	}
}

// wake makes sure that the reader of a channel looks once more.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
