package policy

import (
	"testing"

	"github.com/retrygen/retrygen/internal/grammar"
)

// TestShare converts every spread that a text can have to the float64 of package backoff,
// and back.
func TestShare(t *testing.T) {
	for r := range 100*grammar.Percent + 1 {
		if got := spreadOf(share(r)); got != r {
			t.Fatalf("%v comes back as %v", r, got)
		}
	}
}
