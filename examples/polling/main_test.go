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
		assert.Equal(t, `  short after 0s: done=false
  short after 100ms: done=false
  short after 300ms: done=false
  short after 700ms: done=true
short: 1200 rows, <nil>

  long after 700ms: done=false
  long after 800ms: done=false
  long after 1s: done=false
  long after 1.4s: done=false
  long after 1.8s: done=false
  long after 2.2s: done=false
long: done=false, exhausted=true
`, out.String())
	})
}
