package mongo

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

// Errors as the driver makes them from the responses of a server. The labels say what they
// mean.
func TestLabels(t *testing.T) {
	for _, test := range []struct {
		name   string
		labels []string
		want   rows.Want
	}{
		{"network", []string{"NetworkError"}, rows.Transient},
		{"refused connection", []string{"NetworkError", "SystemOverloadedError", "RetryableError"}, rows.Transient},
		{"overloaded", []string{"SystemOverloadedError", "RetryableError"}, rows.Throttled},
		{"conflict", []string{"TransientTransactionError"}, rows.Conflict},
		{"overloaded in a transaction", []string{"TransientTransactionError", "SystemOverloadedError"}, rows.Throttled},
		{"another primary", []string{"RetryableWriteError"}, rows.Transient},
		{"another primary before the write", []string{"RetryableWriteError", "NoWritesPerformed"}, rows.Unsent},
		{"none", nil, rows.Unclassified},
		{"of no meaning", []string{"ResumableChangeStreamError"}, rows.Unclassified},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows.Check(t, test.want, failing(mongo.CommandError{Code: 1, Message: "no", Labels: test.labels}))
			rows.Check(t, test.want, failing(mongo.WriteException{Labels: test.labels}))
			rows.Check(t, test.want, failing(fmt.Errorf("insert: %w", mongo.BulkWriteException{Labels: test.labels})))
		})
	}
}

func TestErrorsWithoutLabel(t *testing.T) {
	duplicate := mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: 11000, Message: "E11000 duplicate key error"}}}
	for _, test := range []struct {
		name string
		err  error
		want rows.Want
	}{
		{"no document", mongo.ErrNoDocuments, rows.Answer},
		{"duplicate key", duplicate, rows.Answer},
		{"duplicate key of several", mongo.BulkWriteException{WriteErrors: []mongo.BulkWriteError{{
			WriteError: mongo.WriteError{Code: 11000},
		}}}, rows.Answer},
		{"duplicate key of a command", mongo.CommandError{Code: 11000}, rows.Answer},
		{"out of time", mongo.CommandError{Code: 50, Name: "MaxTimeMSExpired"}, rows.Transient},
	} {
		t.Run(test.name, func(t *testing.T) { rows.Check(t, test.want, failing(test.err)) })
	}
}

func TestDuplicateKeyHundredTimes(t *testing.T) {
	rows.Hundred(t, failing(mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: 11000}}}))
}

// There is no server, so the client selects none.
func TestNoServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + listener.Addr().String()).
		SetServerSelectionTimeout(20 * time.Millisecond))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Disconnect(context.Background())) })
	rows.Check(t, rows.Transient, through(&documents{Documents: client.Database("db").Collection("documents")}))
}

// failing opens a wrapped collection whose inserts fail.
func failing(err error) rows.Open { return through(&documents{err: err}) }

func through(next *documents) rows.Open {
	return func(_ *testing.T, o *retry.Options) rows.Client {
		wrapped, before := NewResilientDocuments(next, o), next.inserts
		return rows.Client{
			Group: wrapped.Group(),
			Call: func(ctx context.Context) error {
				_, err := wrapped.InsertOne(ctx, bson.M{"_id": 1})
				return err
			},
			Requests: func() int { return next.inserts - before },
		}
	}
}

// documents counts inserts, and fails them if it has an error.
type documents struct {
	Documents
	err     error
	inserts int
}

func (d *documents) InsertOne(ctx context.Context, document any, o ...options.Lister[options.InsertOneOptions]) (*mongo.InsertOneResult, error) {
	d.inserts++
	if d.err != nil {
		return nil, d.err
	}
	return d.Documents.InsertOne(ctx, document, o...)
}
