package breaker

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// Processors that count in stripes next to each other do not wait for each other:
// between what the two write lie two lines, which some processors fetch together.
func TestStripesShareNoCacheLine(t *testing.T) {
	var s [2]stripe
	end := unsafe.Offsetof(s[0].counts) + unsafe.Sizeof(s[0].counts)
	next := unsafe.Sizeof(s[0]) + unsafe.Offsetof(s[1].counts)
	assert.GreaterOrEqual(t, next-end, uintptr(128))
}

// All callers read the word, and nothing that is written more often may lie on its
// line.
func TestWordHasACacheLine(t *testing.T) {
	const line = 64
	var b Breaker
	assert.Zero(t, unsafe.Offsetof(b.now))
	assert.GreaterOrEqual(t, unsafe.Offsetof(b.config), uintptr(line))
}
