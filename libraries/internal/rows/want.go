package rows

import "github.com/retrygen/retrygen/breaker"

// A Want is what a call under the policy of this module does about an error.
type Want struct {
	attempts int
	vote     breaker.Outcome
}

// What errors of each class lead to. [retry.Class] has the table. Errors of ClassUnsent do
// the same as those of ClassTransient.
var (
	Answer    = Want{1, breaker.Success}
	Fault     = Want{1, breaker.Failure}
	Transient = Want{3, breaker.Failure}
	Unsent    = Want{3, breaker.Failure}
	Throttled = Want{3, breaker.Alive}
	Deadline  = Want{1, breaker.Failure}
	Quota     = Want{1, breaker.Alive}
	Conflict  = Want{3, breaker.Success}

	// FinalConflict is a conflict inside a transaction.
	FinalConflict = Want{1, breaker.Success}

	// Unclassified is an error that nobody knows.
	Unclassified = Want{3, breaker.Failure}
)
