package words

import (
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

func TestCoverage(t *testing.T) {
	method := func(name string, change func(m *model.Method)) *model.Method {
		m := &model.Method{Fn: types.NewFunc(token.NoPos, nil, name, types.NewSignatureType(nil, nil, nil, nil, nil, false)), Fails: true}
		change(m)
		return m
	}
	guarded := func(m *model.Method) { m.Acts = true }
	noError := func(m *model.Method) { m.Fails = false }
	skipped := func(why string) func(m *model.Method) {
		return func(m *model.Method) { m.Decisions = []model.Decision{{Skipped: why}} }
	}
	none := func(m *model.Method) {
		off := new(model.Directive)
		off.Verb = &grammar.Verb{Concern: grammar.ConcernNone}
		m.Decisions = []model.Decision{{By: off}}
	}
	once := func(m *model.Method) {
		strategy := new(model.Directive)
		strategy.Verb = &grammar.Verb{Concern: grammar.ConcernStrategy}
		m.Decisions = []model.Decision{{By: strategy}}
	}
	tests := []struct {
		name    string
		methods []*model.Method
		want    string
	}{
		{"all", []*model.Method{method("Get", guarded)}, ""},
		{
			"one reason", []*model.Method{method("Get", guarded), method("Len", noError)},
			"guards 1 of its 2 methods; 1 returns no error (Len)",
		},
		{
			"the most frequent reason first, and only the first names",
			[]*model.Method{
				method("Get", guarded), method("Close", none), method("A", noError), method("B", noError), method("C", noError), method("D", noError),
			},
			"guards 1 of its 6 methods; 4 return no error (A, B, C, ...) and 1 is switched off (Close)",
		},
		{
			"all reasons",
			[]*model.Method{
				method("Commit", skipped("it may have been done")), method("Local", skipped("the method has no context")),
				method("Put", once), method("Plain", func(*model.Method) {}),
			},
			"guards 0 of its 4 methods; 1 is left alone (Commit), because it may have been done, 1 has no context (Local), " +
				"1 makes one attempt without a guard (Put) and 1 has no directive (Plain)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, Coverage(&model.Wrapper{Methods: tt.methods}))
		})
	}
}
