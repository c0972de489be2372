package shape

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestInternalTo(t *testing.T) {
	tests := []struct {
		path, from string
		want       bool
	}{
		{"example.com/a/internal/x", "example.com/a", false},
		{"example.com/a/internal/x", "example.com/a/b/c", false},
		{"example.com/a/internal/x", "example.com/b", true},
		{"example.com/a/internal/x", "example.com/ab", true},
		{"example.com/a/internal", "example.com/b", true},
		{"internal/x", "example.com/b", true},
		{"vendor/golang.org/x/net", "example.com/b", true},
		{"example.com/internals/x", "example.com/b", false},
		{"example.com/a/internal/b/internal/c", "example.com/a/internal/b/d", false},
		{"example.com/a/internal/b/internal/c", "example.com/a/d", true},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, internalTo(tt.path, tt.from), "%s from %s", tt.path, tt.from)
	}
}
