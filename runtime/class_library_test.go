package retry

import (
	"encoding/hex"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRetryInfo(t *testing.T) {
	const url = "type.googleapis.com/google.rpc.RetryInfo"
	for _, tt := range []struct {
		name, url, message string
		want               time.Duration
	}{
		{"seconds and nanoseconds", url, "0a0808021080cab5ee01", 2*time.Second + 500*time.Millisecond},
		{"seconds", url, "0a020803", 3 * time.Second},
		{"nanoseconds", url, "0a0310c801", 200},
		{"only the name of the type", "google.rpc.RetryInfo", "0a020803", 3 * time.Second},
		{"no delay", url, "", 0},
		{"an empty delay", url, "0a00", 0},
		{"unknown fields before it", url, "1001" + "1d00000000" + "210000000000000000" + "0a020803", 3 * time.Second},
		{"the last one counts", url, "0a020803" + "0a020804", 4 * time.Second},
		{"another message", "type.googleapis.com/google.rpc.ErrorInfo", "0a020803", 0},
		{"a longer name", "type.googleapis.com/my.google.rpc.RetryInfo", "0a020803", 0},
		{"no URL", "", "0a020803", 0},
		{"negative seconds", url, "0a0b08ffffffffffffffffff01", 0},
		{"negative nanoseconds", url, "0a0b10ffffffffffffffffff01", 0},
		{"more than a duration holds", url, "0a0a08ffffffffffffffff7f", math.MaxInt64},
		{"cut off in the tag", url, "8a", 0},
		{"cut off in the length", url, "0a8a", 0},
		{"cut off in the delay", url, "0a0508", 0},
		{"cut off in a number", url, "0a020888", 0},
		{"cut off in a fixed field", url, "0a020803" + "1d0000", 0},
		{"a group, which nobody sends any more", url, "0b0a020803", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			message, err := hex.DecodeString(tt.message)
			require.NoError(t, err)
			delay, ok := RetryInfo(tt.url, message)
			assert.Equal(t, tt.want, delay)
			assert.Equal(t, tt.url == url || tt.url == "google.rpc.RetryInfo", ok)
		})
	}
}

func FuzzRetryInfo(f *testing.F) {
	f.Add([]byte{0x0a, 0x02, 0x08, 0x03})
	f.Fuzz(func(t *testing.T, message []byte) {
		delay, ok := RetryInfo("google.rpc.RetryInfo", message)
		assert.GreaterOrEqual(t, delay, time.Duration(0))
		assert.True(t, ok)
	})
}

func TestSortBy(t *testing.T) {
	gone, full := errors.New("gone"), errors.New("full")
	one := func(err error) (Class, time.Duration) {
		if err == gone {
			return ClassAnswer, 0
		}
		return ClassUnclassified, 0
	}
	other := func(error) (Class, time.Duration) { return ClassThrottled, time.Second }
	sort := SortBy(one, other)

	class, after := sort(gone)
	assert.Equal(t, ClassAnswer, class, "the first that knows the error decides")
	assert.Zero(t, after)
	class, after = sort(full)
	assert.Equal(t, ClassThrottled, class)
	assert.Equal(t, time.Second, after)
	class, _ = SortBy(one)(full)
	assert.Equal(t, ClassUnclassified, class)
}
