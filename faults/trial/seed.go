// Package trial holds what the tests of this module share: a seed, a load, and a check that
// no goroutine is left.
package trial

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Seed returns the seed of a test and prints it. It is the number in FAULTS_SEED, or a
// random one.
func Seed(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(rand.Uint32())
	if text := os.Getenv("FAULTS_SEED"); text != "" {
		given, err := strconv.ParseUint(text, 10, 64)
		require.NoError(t, err, "FAULTS_SEED")
		seed = given
	}
	t.Logf("FAULTS_SEED=%d draws the same faults", seed)
	return seed
}
