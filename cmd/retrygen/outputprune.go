package main

import (
	"errors"
	"os"

	"github.com/retrygen/retrygen/gen"
)

// prune removes the orphans. It checks again whether a file is an output, because somebody
// may have changed it since the packages were loaded.
func (o *output) prune() error {
	var errs []error
	for _, path := range o.result.Orphans {
		content, err := os.ReadFile(path)
		if err == nil && gen.IsOutput(content) {
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, o.cannot("remove", path, err))
		}
	}
	return errors.Join(errs...)
}
