// Package getter has interfaces for clients, and their wrappers.
package getter

import "context"

type Getter interface {
	Get(ctx context.Context, key string) error
}

type Producer interface {
	ProduceSync(ctx context.Context, key string) error
}

type Writer interface {
	WriteMessages(ctx context.Context, key string) error
}
