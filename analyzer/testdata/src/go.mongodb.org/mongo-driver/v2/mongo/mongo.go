// Package mongo stands in for the driver.
package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

type Client struct{}
type Database struct{}
type Collection struct{}

func Connect(opts ...*options.ClientOptions) (*Client, error) { return new(Client), nil }
func (*Client) Database(name string) *Database                { return nil }
func (*Database) Collection(name string) *Collection          { return nil }
func (*Collection) Get(ctx context.Context, key string) error { return nil }
