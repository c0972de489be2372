package words

import (
	"github.com/retrygen/retrygen/gen/internal/model"
)

// readInWords says which error of a method counts, and what the method returns if there is
// no attempt.
func readInWords(in *model.ErrorIn) string {
	text := "goes by the error that " + in.Read.Method + " of its result returns"
	if in.Read.Func != nil {
		text = "goes by the error that " + in.Read.Func.Name() + " finds in its results"
	}
	switch {
	case in.Make.Func != nil:
		text += "; without an attempt it returns what " + in.Make.Func.Name() + " makes of the error"
	case in.Make.Method != "":
		text += "; without an attempt it returns a new result with the error from " + in.Make.Method
	}
	return text
}
