// Package presets uses presets from another file of the package: on an interface, on a
// method in place of the interface's directives, several together, and with directives
// that override them.
package presets

import "context"

// Store uses two presets for different concerns.
//
//retry:use fast
//retry:use guarded
type Store interface {
	// Put has the policy of the interface.
	Put(ctx context.Context, key string) error

	// Get has the strategy of another preset and the timeout of the interface.
	//
	//retry:use read
	Get(ctx context.Context, key string) (string, error)

	// Find has that too, except for one concern that a directive overrides.
	//
	//retry:not off
	//retry:use read
	//retry:timeout total=2s
	Find(ctx context.Context, key string) (string, error)

	// Ping has no context, so the timeout of a preset and that of the interface are skipped.
	Ping() error

	//retry:none
	Close() error
}
