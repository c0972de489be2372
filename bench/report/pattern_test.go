package report

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPattern(t *testing.T) {
	assert.Equal(t, `^Benchmark(Parallel|Success)$/^(a\+b|c_d)$`, Pattern([]Goal{
		{Of: Key{"Success", "a+b"}, Than: Key{"Success", "c d"}},
		{Of: Key{"Parallel cpus=2", "a+b"}, Than: Key{"Parallel cpus=1", "a+b"}},
		{Of: Key{"Success", "a+b"}, Plus: 1},
	}))
}
