package gen

import (
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// keeps returns how the results of a method are kept: nil where they are plain data,
// and where the method has no context that could end. What polling throws away is to
// be closed, whatever its context.
func (m *method) keeps() []shape.Keeping {
	if !m.acts || m.ctx == shape.NoContext && m.result == nil {
		return nil
	}
	return shape.Keepings(m.sig)
}

// outlives says in words how long what a method returns goes on, or "".
func (m *method) outlives() string {
	var closed, loose bool
	for _, k := range m.keeps() {
		switch k {
		case shape.KeepReader, shape.KeepResponse, shape.KeepCloser:
			closed = true
		case shape.KeepLoose, shape.KeepUntilCollected:
			loose = true
		case shape.KeepNothing:
		}
	}
	switch {
	case closed && !loose:
		return "what it returns goes on after that, until it is closed"
	case closed || loose:
		return "what it returns goes on after that"
	}
	return ""
}
