package grammar

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNumbers(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"what is given", " linear\tmax=2s  attempts=4", "linear attempts=4 max=2s"},
		{"delays", "schedule 100ms max=20s 0", "schedule 100ms 0 max=20s"},
		{"off", "breaker off", "breaker off"},
		{"no words", "none", "none"},
		{"keys that are Go are left out", "breaker key=tenant failures=3", "breaker failures=3"},
		{"a verb about Go code has none", "not ErrDeclined", ""},
		{"nor has a preset, whose directives have", "preset fast timeout total=1s", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, errs := ParseDirective(test.text)
			require.Empty(t, errs)
			assert.Equal(t, test.want, d.Numbers())
		})
	}
	assert.Empty(t, Directive{}.Numbers(), "a directive without a verb says nothing")
}

func TestValues(t *testing.T) {
	d, errs := ParseDirective("budget ratio=12.5%")
	require.Empty(t, errs)
	assert.Equal(t, Values{"ratio": 12*Percent + Percent/2, "burst": 10}, d.Values(), "defaults are among them")
	assert.Zero(t, d.Values().Duration("ratio"), "a value of another type is none")
	assert.Equal(t, "budget ratio=12.5% burst=10", d.Verb.Print(d.Values()))

	d, errs = ParseDirective("wrap name=Retrying file=client_gen.go")
	require.Empty(t, errs)
	assert.Equal(t, Values{"name": "Retrying", "file": "client_gen.go"}, d.Values())

	d, errs = ParseDirective("breaker key=tenant.ID")
	require.Empty(t, errs)
	assert.Equal(t, "tenant.ID", d.Values().Text("key"))

	d, errs = ParseDirective("breaker rate=50% min=100 window=100")
	require.Empty(t, errs, "a window that holds just as many")
	assert.Equal(t, 100, d.Values().Count("min"))

	d, errs = ParseDirective("budget off")
	require.Empty(t, errs)
	assert.Empty(t, d.Values())
}

func TestDirectiveWords(t *testing.T) {
	d, errs := ParseDirective("on ErrBusy  sql.ErrConnDone\ttransient Größe _x1")
	require.Empty(t, errs)
	assert.Equal(t, Word{"on", 0}, d.Name)
	assert.Equal(t, []Word{{"ErrBusy", 3}, {"sql.ErrConnDone", 12}, {"transient", 28}, {"Größe", 38}, {"_x1", 46}}, d.Words)

	d, errs = ParseDirective("on off")
	require.Empty(t, errs)
	assert.True(t, d.Off)
	assert.Empty(t, d.Words, "off is no name")

	d, errs = ParseDirective("reuse off")
	require.Empty(t, errs)
	assert.False(t, d.Off)
	assert.Equal(t, []Word{{"off", 6}}, d.Words, "reuse cannot be off, so it is a parameter of that name")

	d, errs = ParseDirective("idempotency-key")
	require.Empty(t, errs)
	assert.False(t, d.Off)
}

func TestDirectiveValue(t *testing.T) {
	d, errs := ParseDirective("wrap  file=client_gen.go name=Retrying")
	require.Empty(t, errs)
	text, offset, ok := d.Value("name")
	assert.True(t, ok)
	assert.Equal(t, "Retrying", text)
	assert.Equal(t, strings.Index("wrap  file=client_gen.go name=Retrying", "name="), offset)
	text, offset, ok = d.Value("file")
	assert.True(t, ok)
	assert.Equal(t, "client_gen.go", text)
	assert.Equal(t, 6, offset)

	d, errs = ParseDirective("simple")
	require.Empty(t, errs)
	text, offset, ok = d.Value("attempts")
	assert.False(t, ok, "a default is not given")
	assert.Empty(t, text)
	assert.Zero(t, offset)
}

func TestParseDirectiveKeepsWhatIsRight(t *testing.T) {
	d, errs := ParseDirective("breaker failurs=3 cooldown=1s")
	assert.Len(t, errs, 1)
	assert.Equal(t, "breaker", d.Verb.Name)
	text, _, ok := d.Value("cooldown")
	assert.True(t, ok)
	assert.Equal(t, "1s", text)

	d, errs = ParseDirective("schedule -1s 2s")
	assert.Len(t, errs, 1)
	assert.Equal(t, []Word{{"2s", 13}}, d.Words)
	assert.Equal(t, []time.Duration{2 * time.Second}, d.Values().Delays())

	d, errs = ParseDirective("schedule breaker; 1s, x -1s 2s")
	assert.NotEmpty(t, errs)
	assert.Empty(t, d.Words, "the words after another verb belong to that")

	d, errs = ParseDirective("schedule max 1s, x 2s")
	assert.Len(t, errs, 3)
	assert.Equal(t, []Word{{"2s", 19}}, d.Words)
	assert.Equal(t, []time.Duration{2 * time.Second}, d.Values().Delays())

	d, errs = ParseDirective("schedule")
	assert.Len(t, errs, 1)
	assert.Empty(t, d.Values(), "an error leaves the defaults out")

	d, errs = ParseDirective("braker failures=3")
	assert.Len(t, errs, 1)
	assert.Nil(t, d.Verb)
	assert.Equal(t, Word{"braker", 0}, d.Name)
}
