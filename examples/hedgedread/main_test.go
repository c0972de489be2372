package main

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
)

func TestDemo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		demo(&out)
		assert.Equal(t, `without       p50  2ms  p95  2ms  p99 200ms  100 reads reached the store
with a hedge  p50  2ms  p95  2ms  p99  22ms  104 reads reached the store
4 reads were made twice
`, out.String())
	})
}
