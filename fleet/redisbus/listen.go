package redisbus

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/retrygen/retrygen/backoff"
)

// quiet is how long a subscription may bring nothing until it is asked for a sign of life, and
// then until it is given up.
const quiet = 3 * time.Second

// again are the delays before a broken subscription is made anew.
var again = backoff.RandomizedExponential{Base: 100 * time.Millisecond, Max: 3 * time.Second}

// listen keeps a subscription to a channel until ctx ends. It calls joined each time the
// server has confirmed it, and receive with each message. It returns an error if the server
// refuses the very first subscription for lack of rights.
func (b *Bus) listen(ctx context.Context, channel string, joined func(), receive func(string)) error {
	failures, ever := 0, false
	for ctx.Err() == nil {
		err := b.session(ctx, channel, func() {
			failures, ever = 0, true
			joined()
		}, receive)
		if ctx.Err() != nil {
			break
		}
		err = said("subscribe", err)
		if refused(err) && !ever {
			return err
		}
		b.failed(err)
		failures++
		pause(ctx, again.Delay(failures, 0, rand.Float64()))
	}
	return nil
}

// session makes a subscription, and returns when it breaks.
func (b *Bus) session(ctx context.Context, channel string, joined func(), receive func(string)) error {
	pubsub := b.client.Subscribe(ctx)    // without a channel, it does not connect
	end := func() { _ = pubsub.Close() } // fails if it is closed
	defer end()
	defer context.AfterFunc(ctx, end)()

	setup, cancel := context.WithTimeout(ctx, b.o.Timeout)
	defer cancel()
	if err := pubsub.Subscribe(setup, channel); err != nil {
		return err
	}
	watch := watchdog{pubsub: pubsub}
	defer watch.start(ctx, b.o.Timeout)()
	for {
		// A read with a deadline could end in the middle of a message. So the watchdog ends it.
		message, err := pubsub.ReceiveTimeout(ctx, 0)
		switch {
		case watch.bit.Load():
			return errSilent
		case err != nil:
			return err
		}
		watch.heard.Store(true)
		switch m := message.(type) {
		case *redis.Subscription:
			joined()
		case *redis.Message:
			receive(m.Payload)
		}
	}
}

var errSilent = errors.New("the server is silent")

// A watchdog closes a subscription whose server is silent.
type watchdog struct {
	pubsub *redis.PubSub
	heard  atomic.Bool // since the last look
	bit    atomic.Bool // it has closed the subscription
}

// start watches until the returned func is called.
func (w *watchdog) start(ctx context.Context, timeout time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		asked := false
		for pause(ctx, quiet); ctx.Err() == nil; pause(ctx, quiet) {
			switch {
			case w.heard.Swap(false):
				asked = false
			case asked:
				w.bit.Store(true)
				_ = w.pubsub.Close() // it is over either way
				return
			default:
				asked = true
				ping, cancel := context.WithTimeout(ctx, timeout)
				_ = w.pubsub.Ping(ping) // if it fails, no answer comes
				cancel()
			}
		}
	}()
	return cancel
}

// refused reports whether the server does not know the password, or does not permit what was asked.
func refused(err error) bool {
	e, ok := errors.AsType[redis.Error](err)
	if !ok {
		return false
	}
	code, _, _ := strings.Cut(e.Error(), " ")
	return code == "NOAUTH" || code == "WRONGPASS" || code == "NOPERM"
}

// pause waits, unless ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
