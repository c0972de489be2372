package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/grammar"
)

// Two big interfaces, of which most methods pass straight through, fit on two screens.
func TestBigInterfaces(t *testing.T) {
	var e gen.Explanation
	for _, name := range []string{"Commands", "Storage"} {
		iface := gen.ExplainedInterface{Name: name, Wrapper: "Resilient" + name}
		for i := range 630 {
			m := gen.ExplainedMethod{
				Name: fmt.Sprintf("Some%sMethod%d", name, i), Attempts: 1,
				PassesThrough: "no directive of the interface applies to it",
				Parts:         []gen.Part{{Concern: grammar.ConcernStrategy, Text: "simple", Skipped: "the method's last result is not an error"}},
			}
			if i%70 == 0 {
				m.PassesThrough, m.Attempts = "", 3
				m.Parts = []gen.Part{{Concern: grammar.ConcernStrategy, Text: "simple attempts=3 delay=1s max=10s"}}
			}
			iface.Methods = append(iface.Methods, m)
		}
		e.Interfaces = append(e.Interfaces, iface)
	}
	text := explainText("", &e)
	assert.LessOrEqual(t, strings.Count(text, "\n"), 2*40, "lines")
	assert.Contains(t, text, "(621 methods)")
	assert.Contains(t, text, "SomeStorageMethod70")
}
