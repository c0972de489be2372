package gen

import (
	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/review"
)

// An Error is one mistake in the input of the generator: its position, a message and
// often a hint. The position is zero if the mistake is not in a file.
type Error = diag.Error

// Errors are all mistakes of one run, sorted by position, without duplicates.
type Errors = diag.Errors

// The types of an explanation. Package gen/internal/explain has their fields.
type (
	// An Explanation says what is in force in packages, and why.
	Explanation = explain.Explanation

	// An ExplainedInterface is an interface that gets a wrapper.
	ExplainedInterface = explain.ExplainedInterface

	// An ExplainedMethod says what is in force for a method.
	ExplainedMethod = explain.ExplainedMethod

	// A Part says what is in force for one concern of a method.
	Part = explain.Part

	// An ExplainedError says what happens in a method when an error comes.
	ExplainedError = explain.ExplainedError

	// An OverridesName is a name in a text of overrides that says something besides a policy.
	OverridesName = explain.OverridesName

	// An Origin says where a part comes from: a directive, a preset, an override, a signature or a default.
	Origin = explain.Origin

	// An OriginPlace is the kind of place that a part comes from.
	OriginPlace = explain.OriginPlace

	// A Position is a place in a file.
	Position = explain.Position

	// Waits are the delays of a call in which every attempt fails.
	Waits = explain.Waits

	// A Delay is a range of delays with its mean.
	Delay = explain.Delay

	// A CallTime says how long a call can take.
	CallTime = explain.CallTime
)

// The types of a review. Package gen/internal/review has their fields.
type (
	// A Question is what a person knows about the traffic and the source does not say.
	Question = review.Question

	// A Reviewed is a review of the wrappers of packages.
	Reviewed = review.Review

	// A ReviewedInterface is an interface with its methods and the advice about it.
	ReviewedInterface = review.Interface

	// A ReviewedMethod has the figures of a method.
	ReviewedMethod = review.Method

	// An Advice says what should be written differently.
	Advice = review.Advice

	// A Layer retries by itself below a method.
	Layer = review.Layer

	// A Load is how many attempts a call makes while a share of them fails.
	Load = review.Load

	// An Outage is a way in which a dependency can be down, with its figures.
	Outage = review.Outage
)

// The places that a part can come from.
const (
	OriginInterface = explain.OriginInterface
	OriginMethod    = explain.OriginMethod
	OriginDefault   = explain.OriginDefault
	OriginOverride  = explain.OriginOverride
	OriginSignature = explain.OriginSignature
)

// IsOutput reports whether retrygen wrote a file. It looks at the first line.
func IsOutput(content []byte) bool { return model.IsOutput(content) }
