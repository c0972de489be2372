package gen

import (
	"github.com/retrygen/retrygen/gen/internal/diag"
)

// An Error is one mistake in the input of the generator: its position, a message and
// often a hint. Its position is zero when the mistake is in no file.
type Error = diag.Error

// Errors are all mistakes of one run, sorted by position, without repetitions.
type Errors = diag.Errors
