package policy

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/internal/grammar"
)

// The grammar's table of verbs and this package's table of concerns must agree.
func TestConcernsAreTheVerbs(t *testing.T) {
	for v := range grammar.Verbs() {
		i := slices.IndexFunc(concerns, func(c concern) bool { return c.name == v.Concern })
		if v.Concern == grammar.ConcernNone {
			continue
		}
		assert.Equal(t, v.Numeric, i >= 0, "%s is a part of a Policy", v.Name)
		if i < 0 {
			continue
		}
		assert.Equal(t, v.Off, concerns[i].off != nil, "%s can be off", v.Name)
		p := mustParse(t, v.Example)
		assert.True(t, concerns[i].said(&p), "%s says its concern", v.Name)
		name, values := concerns[i].get(&p)
		assert.Equal(t, v.Name, name)
		assert.Equal(t, p, mustParse(t, v.Print(values)), v.Name)
	}
}

func TestEachFieldIsAConcern(t *testing.T) {
	assert.Equal(t, reflect.TypeFor[Policy]().NumField(), len(concerns))
}

func TestNoneIsOneAttemptAndAllOff(t *testing.T) {
	p := mustParse(t, "none")
	assert.Equal(t, Retry{Attempts: 1}, p.Retry)
	for _, c := range concerns {
		assert.True(t, c.said(&p), c.name)
		assert.Equal(t, c.off != nil, c.isOff(&p), c.name)
	}
	assert.Equal(t, Policy{Retry: p.Retry}, p.WithoutOff())
}

func TestUnlimitedIsTheGrammars(t *testing.T) {
	assert.EqualValues(t, grammar.Unlimited, Unlimited)
}

func TestConcernsOf(t *testing.T) {
	p := mustParse(t, "linear; limit off; hedge after=1s")
	said := make(map[string]Policy)
	for name, only := range p.Concerns() {
		said[name] = only
	}
	assert.Equal(t, map[string]Policy{
		"strategy": {Retry: p.Retry}, "limit": {Limit: Limit{Off: true}}, "hedge": {Hedge: p.Hedge},
	}, said)
	for name := range p.Concerns() {
		assert.Equal(t, "strategy", name, "a loop may stop at the first")
		break
	}
	for range (Policy{}).Concerns() {
		t.Error("nothing is said")
	}
}
