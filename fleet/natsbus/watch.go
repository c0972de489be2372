package natsbus

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/retrygen/retrygen/fleet"
)

// Watch implements [fleet.Store]. It returns an error when the connection is closed, or has
// given up to reconnect.
func (b *Bus) Watch(ctx context.Context, receive func(fleet.Document)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	connected := b.conn.StatusChanged(nats.CONNECTED, nats.CLOSED)
	defer b.conn.RemoveStatusListener(connected)
	w := watcher{b: b, receive: receive}
	defer w.stop()
	for next := time.Duration(0); !b.conn.IsClosed(); {
		timer := time.NewTimer(next)
		var err error
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-connected:
			w.told = false
			err = w.poll(ctx)
		case entry, ok := <-w.updates():
			err = w.updated(ctx, entry, ok)
		case <-timer.C:
			err = w.poll(ctx)
		}
		timer.Stop()
		if next = b.o.Poll; err != nil && ctx.Err() == nil {
			b.failed(said("watch", err))
			w.told, next = false, min(next, time.Second)
		}
	}
	return said("watch", nats.ErrConnectionClosed)
}

// A watcher is a Watch that is under way.
type watcher struct {
	b       *Bus
	receive func(fleet.Document)

	kv      jetstream.KeyValue
	updater jetstream.KeyWatcher // nil until the bucket exists
	bucket  time.Time            // of the updater

	told bool // the receiver knows what last has
	last reading
}

// updates returns those of the updater, or nil, which never brings one.
func (w *watcher) updates() <-chan jetstream.KeyValueEntry {
	if w.updater == nil {
		return nil
	}
	return w.updater.Updates()
}

// updated takes an update.
func (w *watcher) updated(ctx context.Context, entry jetstream.KeyValueEntry, ok bool) error {
	switch {
	case !ok:
		w.stop()
		return nil
	case entry == nil: // the end of what was there at the start
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, w.b.o.Timeout)
	defer cancel()
	r, err := w.b.aged(ctx, w.kv, entry)
	if err == nil {
		w.tell(r)
	}
	return err
}

// poll reads the document, and starts the updater if there is none that works.
func (w *watcher) poll(ctx context.Context) error {
	r, err := w.b.read(ctx)
	if err != nil {
		return err
	}
	missed := w.told && w.isNew(r)
	w.tell(r)
	if w.updater != nil && !missed && r.bucket.Equal(w.bucket) || r.bucket.IsZero() {
		return nil
	}
	w.stop()
	setup, cancel := context.WithTimeout(ctx, w.b.o.Timeout)
	defer cancel()
	if w.kv, err = w.b.bind(setup); err != nil {
		return err
	}
	// The context of an updater ends it, so it is not the one with a timeout. The client bounds
	// the request itself.
	w.updater, err = w.kv.Watch(ctx, w.b.o.Key)
	w.bucket = r.bucket
	return err
}

// isNew reports whether a reading is later than the last one. A replica that lags behind may
// answer with an earlier revision of the same bucket.
func (w *watcher) isNew(r reading) bool {
	if !r.bucket.Equal(w.last.bucket) {
		return true
	}
	gone := r.document.Revision == 0 && w.last.document.Revision != 0
	return gone || r.document.Revision > w.last.document.Revision
}

// tell calls receive with what is new.
func (w *watcher) tell(r reading) {
	if w.told && !w.isNew(r) {
		return
	}
	w.told, w.last = true, r
	w.receive(r.document)
}

// stop ends the updater.
func (w *watcher) stop() {
	if w.updater != nil {
		_ = w.updater.Stop() // fails if the connection is closed
		w.updater = nil
	}
}
