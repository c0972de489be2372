package diag

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", time.Minute: "1m", 90 * time.Second: "1m30s", time.Hour: "1h",
		1234567 * time.Microsecond: "1.235s", 1234567: "1.235ms", 1234: "1.234µs",
	} {
		assert.Equal(t, want, Short(d))
	}
}
