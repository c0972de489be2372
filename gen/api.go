package gen

import (
	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/gen/internal/model"
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
