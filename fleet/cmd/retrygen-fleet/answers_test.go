package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
)

// A name that one process lacks may be another program's. One that all lack is most likely a
// slip.
func TestPrintAnswersNamesWhatNobodyHas(t *testing.T) {
	var out bytes.Buffer
	o := options{console: console{out: &out}}
	require.NoError(t, o.printAnswers([]fleet.Report{
		{Process: "a", Kind: fleet.EventApplied, Unmatched: []string{"PaymentClent", "Ledger"}},
		{Process: "b", Kind: fleet.EventApplied, Unmatched: []string{"PaymentClent"}},
	}, nil))
	assert.Equal(t, "# applied by 2 processes\n#   a\n#   b\n# none of them has PaymentClent (yet)\n", out.String())
}
