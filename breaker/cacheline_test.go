package breaker

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// Processors that count in neighbouring stripes do not wait for each other: two cache lines
// lie between the stripes, because some processors fetch lines in pairs.
func TestStripesShareNoCacheLine(t *testing.T) {
	var s [2]stripe
	end := unsafe.Offsetof(s[0].counts) + unsafe.Sizeof(s[0].counts)
	next := unsafe.Sizeof(s[0]) + unsafe.Offsetof(s[1].counts)
	assert.GreaterOrEqual(t, next-end, uintptr(128))
}

// Every attempt reads the word, so nothing that is written more often may share its cache
// line.
func TestWordHasACacheLine(t *testing.T) {
	const line = 64
	var b Breaker
	assert.Zero(t, unsafe.Offsetof(b.now))
	assert.GreaterOrEqual(t, unsafe.Offsetof(b.config), uintptr(line))
}
