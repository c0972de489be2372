package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
)

// A name is a slip if no process has it. One that only some have is of another program.
func TestPrintAnswers(t *testing.T) {
	var out bytes.Buffer
	o := options{console: console{out: &out}}
	require.NoError(t, o.printAnswers([]fleet.Report{
		{Process: "shop-1", Unmatched: []string{"Serch", "Mail"}},
		{Process: "mail-1\x1b[2J", Unmatched: []string{"Serch", "Search"}},
	}, nil))
	assert.Equal(t, "# applied by 2 processes\n#   shop-1\n#   mail-1?[2J\n# none of them has Serch (yet)\n", out.String())
}
