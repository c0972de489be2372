package simulate

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFormat(t *testing.T) {
	tests := []struct {
		unit  Unit
		value float64
		want  string
	}{
		{Count, 0, "0"}, {Count, 7, "7"}, {Count, 812.49, "812"}, {Count, 9999, "9999"}, {Count, 12345, "12.3k"}, {Count, 2.5e6, "2.5M"},
		{Count, 0.00021, "0.00021"}, {PerSecond, 0.0666, "0.067/s"}, {PerSecond, 80.06, "80.1/s"},
		{Share, 0, "0%"}, {Share, 1, "100%"}, {Share, 0.9999, "99.99%"}, {Share, 0.0199, "2%"}, {Share, 0.00001, "0.001%"}, {Share, 0.123, "12.3%"},
		{Times, 3.90560, "3.906"},
		{Seconds, 0, "0s"}, {Seconds, 0.0000005, "0.5µs"}, {Seconds, 0.0426, "42.6ms"}, {Seconds, 0.643, "643ms"}, {Seconds, 1.884, "1.9s"},
		{Seconds, 98.2, "98.2s"}, {Seconds, 457.3, "457s"}, {Seconds, 600, "10m"}, {Seconds, 630, "630s"}, {Seconds, 3600, "1h"}, {Seconds, 9000, "2h30m"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, tt.unit.text(tt.value), "%v", tt.value)
	}
}
