package gen

import (
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
)

// outlives says in words how long what a method returns goes on, or "".
func outlives(m *model.Method) string {
	var closed, loose bool
	for _, k := range m.Keeps() {
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
