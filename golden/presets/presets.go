// Package presets uses presets of another file of the package: on an interface,
// on a method in the place of what the interface says, several in one place, and
// with an exception beside them.
package presets

import "context"

// Store uses two presets that say different concerns.
//
//retry:use fast
//retry:use guarded
type Store interface {
	// Put has what the interface has.
	Put(ctx context.Context, key string) error

	// Get has the strategy of another preset, and the interface's timeout.
	//
	//retry:use read
	Get(ctx context.Context, key string) (string, error)

	// Find is the same but for one concern, which is written beside the preset.
	//
	//retry:not off
	//retry:use read
	//retry:timeout total=2s
	Find(ctx context.Context, key string) (string, error)

	// Ping has no context for the timeout of a preset, and the interface's is
	// skipped.
	Ping() error

	//retry:none
	Close() error
}
