package natsbus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/retrygen/retrygen/fleet"
)

// A reading is what a Bus has read of the bucket.
type reading struct {
	document fleet.Document
	bucket   time.Time // when it was made; a later one begins with revision 1
}

// bind returns the bucket, or makes it.
func (b *Bus) bind(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := b.js.KeyValue(ctx, b.o.Bucket)
	if !errors.Is(err, jetstream.ErrBucketNotFound) || !b.o.Create {
		return kv, err
	}
	kv, err = b.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: b.o.Bucket, Description: "what the operators of a fleet say to its processes", History: 16, Replicas: b.o.Replicas,
	})
	if errors.Is(err, jetstream.ErrBucketExists) { // somebody else has made it
		return b.js.KeyValue(ctx, b.o.Bucket)
	}
	return kv, err
}

// Get implements [fleet.Store].
func (b *Bus) Get(ctx context.Context) (fleet.Document, error) {
	r, err := b.read(ctx)
	return r.document, said("get", err)
}

// read reads the document.
func (b *Bus) read(ctx context.Context) (reading, error) {
	ctx, cancel := context.WithTimeout(ctx, b.o.Timeout)
	defer cancel()
	kv, err := b.bind(ctx)
	switch {
	case errors.Is(err, jetstream.ErrBucketNotFound):
		return reading{}, nil
	case err != nil:
		return reading{}, err
	}
	entry, err := kv.Get(ctx, b.o.Key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		err = nil
	}
	if err != nil {
		return reading{}, err
	}
	return b.aged(ctx, kv, entry)
}

// aged makes a reading of an entry, or of a key without one. It asks the server for its time.
func (b *Bus) aged(ctx context.Context, kv jetstream.KeyValue, entry jetstream.KeyValueEntry) (reading, error) {
	status, err := kv.Status(ctx)
	if err != nil {
		return reading{}, err
	}
	bucket, ok := status.(*jetstream.KeyValueBucketStatus)
	if !ok {
		return reading{}, fmt.Errorf("a status of the type %T", status)
	}
	info := bucket.StreamInfo()
	r := reading{bucket: info.Created}
	switch {
	case entry == nil || entry.Operation() != jetstream.KeyValuePut:
		return r, nil
	case len(entry.Value()) > fleet.MaxDocument:
		return reading{}, fmt.Errorf("the document has more than %d bytes", fleet.MaxDocument)
	}
	r.document = fleet.Document{Text: string(entry.Value()), Revision: entry.Revision()}
	// The leader that stored the entry may have another clock than the one that answers now.
	r.document.Age = max(info.TimeStamp.Sub(entry.Created()), 0)
	return r, nil
}

// Put implements [fleet.Store]. After an error that is not fleet.ErrConflict, the document may
// be the new one nevertheless, if only the answer got lost.
func (b *Bus) Put(ctx context.Context, text string, after uint64) (fleet.Document, error) {
	if len(text) > fleet.MaxDocument {
		return fleet.Document{}, fmt.Errorf("natsbus: put: a document of %d bytes; %d are allowed", len(text), fleet.MaxDocument)
	}
	ctx, cancel := context.WithTimeout(ctx, b.o.Timeout)
	defer cancel()
	kv, err := b.bind(ctx)
	if err != nil {
		return fleet.Document{}, said("put", err)
	}
	var revision uint64
	if after == 0 {
		revision, err = kv.Create(ctx, b.o.Key, []byte(text))
	} else {
		revision, err = kv.Update(ctx, b.o.Key, []byte(text), after)
	}
	switch {
	case errors.Is(err, jetstream.ErrKeyExists), errors.Is(err, jetstream.ErrKeyRevisionMismatch):
		return fleet.Document{}, fleet.ErrConflict
	case err != nil:
		return fleet.Document{}, said("put", err)
	}
	return fleet.Document{Text: text, Revision: revision}, nil
}
