package grammar

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTable(t *testing.T) {
	for _, v := range verbs {
		t.Run(v.Name, func(t *testing.T) {
			found, ok := Lookup(v.Name)
			assert.True(t, ok)
			assert.Same(t, v, found, "no second row of that name")
			assert.NotEmpty(t, v.Concern)
			assert.NotEqual(t, Place(0).String(), v.Place.String())
			assert.NotEmpty(t, v.Help)
			assert.NotEmpty(t, v.Meaning)
			assert.Equal(t, v.Words != NoWords, v.Args != "")
			for _, k := range v.Keys {
				assert.NotEmpty(t, k.Help, k.Name)
				assert.NotEmpty(t, k.takes(), k.Name)
				if k.Default != "" {
					value, err := k.parse(k.Default)
					require.Nil(t, err, k.Name)
					assert.Equal(t, k.Default, format(value), "the default of %s is canonical", k.Name)
				}
			}
			d, errs := ParseDirective(v.Example)
			assert.Empty(t, errs)
			assert.Same(t, v, d.Verb)
		})
	}
}

func TestVerbsAct(t *testing.T) {
	var all, grouped []string
	for v := range Verbs() {
		all = append(all, v.Name)
	}
	for _, g := range groups {
		for _, v := range g.verbs {
			grouped = append(grouped, v.Name)
		}
	}
	assert.Equal(t, all, grouped, "the help and the reference show each verb once")
	for v := range Verbs() {
		assert.Equal(t, "simple", v.Name, "a loop may stop at the first")
		break
	}
}

func TestLookupUnknown(t *testing.T) {
	_, ok := Lookup("Simple")
	assert.False(t, ok, "verbs are lower case")
}

func TestPlaceString(t *testing.T) {
	assert.Equal(t, "on an interface", OnType.String())
	assert.Equal(t, "on a method", OnMethod.String())
	assert.Equal(t, "on an interface or a method", (OnType | OnMethod).String())
	assert.Equal(t, "outside declarations", OnPackage.String())
	assert.Equal(t, "nowhere", Place(0).String())
}
