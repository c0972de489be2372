// Package unexported has interfaces that are not exported, so their wrappers are not either.
// One of them chooses the names of its wrapper and its file.
package unexported

import "context"

//retry:simple attempts=2 delay=5ms
type store interface {
	load(ctx context.Context, id int) (string, error)
	URLFor(id int) (string, error)
}

//retry:wrap name=Patient file=patient_retry.go
//retry:simple attempts=9 delay=5ms
type client interface {
	Unwrap() error
	HTTPGet(ctx context.Context) (string, error)
}
