// Package mongo wraps a collection of MongoDB.
package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

//go:generate go tool retrygen -type=Documents

// Documents is a part of *mongo.Collection.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests return the errors themselves
type Documents interface {
	InsertOne(ctx context.Context, document any, o ...options.Lister[options.InsertOneOptions]) (*mongo.InsertOneResult, error)
	DeleteOne(ctx context.Context, filter any, o ...options.Lister[options.DeleteOneOptions]) (*mongo.DeleteResult, error)
	Find(ctx context.Context, filter any, o ...options.Lister[options.FindOptions]) (*mongo.Cursor, error)
}

var _ Documents = (*mongo.Collection)(nil)
