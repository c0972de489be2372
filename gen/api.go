package gen

import (
	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/gen/internal/model"
)

// An Error is one mistake in the input of the generator: its position, a message and
// often a hint. Its position is zero when the mistake is in no file.
type Error = diag.Error

// Errors are all mistakes of one run, sorted by position, without repetitions.
type Errors = diag.Errors

// The types of an explanation. Package gen/internal/explain has their fields.
type (
	// An Explanation is what the directives of packages put into force.
	Explanation = explain.Explanation

	// An ExplainedInterface is an interface that gets a wrapper.
	ExplainedInterface = explain.ExplainedInterface

	// An ExplainedMethod is what was decided for a method.
	ExplainedMethod = explain.ExplainedMethod

	// A Part is what was decided about one concern of a method.
	Part = explain.Part

	// An Origin is where a part comes from: a directive, a preset, an override or a default.
	Origin = explain.Origin

	// An OriginPlace is what a directive stands on.
	OriginPlace = explain.OriginPlace

	// A Position is a place in a file.
	Position = explain.Position

	// Waits are the delays of a call whose attempts all fail.
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
)

// IsOutput reports whether a file was written by retrygen. It looks at the first line.
func IsOutput(content []byte) bool { return model.IsOutput(content) }
