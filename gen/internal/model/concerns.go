package model

import (
	"github.com/retrygen/retrygen/internal/grammar"
)

// Concerns lists what can be in force for a method, in the order in which it takes
// effect.
var Concerns = []grammar.Concern{
	grammar.ConcernErrorIn, grammar.ConcernStrategy, grammar.ConcernHedge, grammar.ConcernTimeout, grammar.ConcernBreaker, grammar.ConcernBudget,
	grammar.ConcernLimit, grammar.ConcernOn, grammar.ConcernNot, grammar.ConcernClassify, grammar.ConcernRetryAfter, grammar.ConcernLibrary,
	grammar.ConcernResult, grammar.ConcernFallback, grammar.ConcernRewind, grammar.ConcernReuse, grammar.ConcernStream,
	grammar.ConcernIdempotencyKey,
}
