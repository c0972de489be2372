package layout

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What it does not know, it leaves to others.
func TestLayoutRefuses(t *testing.T) {
	const head = "package p\n\nimport (\n\t\"time\"\n)\n"
	tests := []struct{ name, src string }{
		{"no imports", "package p\n"},
		{"a struct that is written out", head + "func f (s struct {\na int\n}) {\n}\n"},
		{"an interface that is written out", head + "func f (s interface {\nA ()\n}) {\n}\n"},
		{"a channel", head + "func f (c chan int) {\n}\n"},
		{"a constraint", head + "type x [T ~int | string] struct{\n}\n"},
		{"what is no Go", head + "func f () { ' }\n"},
		{"too many brackets", head + "func f () {\n}}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, ok := Source([]byte(tt.src))
			assert.False(t, ok)
		})
	}
}
