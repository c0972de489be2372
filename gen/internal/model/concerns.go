package model

import (
	"github.com/retrygen/retrygen/internal/grammar"
)

// Concerns are what a wrapped method is made of, in the order in which its
// directives take effect.
var Concerns = []grammar.Concern{
	grammar.ConcernStrategy, grammar.ConcernHedge, grammar.ConcernTimeout, grammar.ConcernBreaker, grammar.ConcernBudget,
	grammar.ConcernLimit, grammar.ConcernOn, grammar.ConcernNot, grammar.ConcernResult,
	grammar.ConcernFallback, grammar.ConcernRewind, grammar.ConcernReuse, grammar.ConcernIdempotencyKey,
}
