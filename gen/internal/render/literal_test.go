package render

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLiteralCode(t *testing.T) {
	inner := literal{text: "B", items: []item{{"Y", atom("1")}, {"Z", atom("2")}}}
	outer := literal{text: "A", items: []item{{"X", inner}, {"Long", atom("3")}}}
	assert.Equal(t, "A{X: B{Y: 1, Z: 2}, Long: 3}", outer.code(1, 4))
	assert.Equal(t, "A{\nX: B{Y: 1, Z: 2},\nLong: 3,\n}", outer.code(1, lineWidth-10), "where there is no room")

	inner.tall = true
	outer.items[0].value = inner
	assert.Equal(t, "A{\nX: B{\nY: 1,\nZ: 2,\n},\nLong: 3,\n}", outer.code(1, 4), "around what is tall")
	assert.Equal(t, "A{}", literal{text: "A", items: []item{}}.code(1, 4))

	list := literal{text: "[]int", items: []item{{"", atom("1")}, {"", atom("2")}}}
	assert.Equal(t, "[]int{1, 2}", list.code(1, 4))
}

func TestJoinShortFuncs(t *testing.T) {
	const short = "func f() int {\n\treturn call(func(ctx int) error {\n\t\treturn g(ctx)\n\t})\n}\n"
	assert.Equal(t, "func f() int {\n\treturn call(func(ctx int) error { return g(ctx) })\n}\n", string(joinShortFuncs([]byte(short))))

	for name, src := range map[string]string{
		"a long one":        strings.Replace(short, "g(ctx)", "g("+strings.Repeat("x", 80)+")", 1),
		"in a long line":    strings.Replace(short, "call(", strings.Repeat("c", 80)+"(", 1),
		"of two statements": strings.Replace(short, "\t\treturn", "\t\tg()\n\t\treturn", 1),
		"a declaration":     "func f() int {\n\treturn 1\n}\n",
		"the end":           "\treturn call(func() error {",
	} {
		assert.Equal(t, src, string(joinShortFuncs([]byte(src))), name)
	}
}
