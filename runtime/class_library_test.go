package retry

import (
	"encoding/binary"
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
		{"the longest delay", url, delayOf(9223372035, 999_999_999), 9223372035*time.Second + 999_999_999},
		{"a second more", url, delayOf(9223372036, 0), math.MaxInt64},
		{"a name that is cut off", "oogle.rpc.RetryInfo", "0a020803", 0},
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

func delayOf(seconds, nanos uint64) string {
	delay := binary.AppendUvarint([]byte{0x08}, seconds)
	delay = binary.AppendUvarint(append(delay, 0x10), nanos)
	return hex.EncodeToString(append([]byte{0x0a, byte(len(delay))}, delay...))
}

// A message that is broken anywhere has no field, not even one that comes first.
func TestFieldOfABrokenMessage(t *testing.T) {
	const tooLong = "ffffffffffffffffffffff01"
	for _, rest := range []string{
		"88", tooLong, "08", "0888", "08" + tooLong, "0a", "0a88", "0a" + tooLong, "0a01", "0a0301", "09", "0901020304050607", "0d010203", "0b", "0c",
	} {
		message, err := hex.DecodeString("0807" + rest)
		require.NoError(t, err)
		bytes, number, ok := field(message, 1)
		assert.Nil(t, bytes, rest)
		assert.Zero(t, number, rest)
		assert.False(t, ok, rest)
	}
}

// Fields of other types are skipped.
func TestFieldAmongOthers(t *testing.T) {
	message, err := hex.DecodeString("15" + "01020304" + "11" + "0102030405060708" + "1a02" + "ffff" + "0807")
	require.NoError(t, err)
	_, number, ok := field(message, 1)
	assert.True(t, ok)
	assert.EqualValues(t, 7, number)
	bytes, _, ok := field(message, 3)
	assert.True(t, ok)
	assert.Equal(t, []byte{0xff, 0xff}, bytes)
	_, _, ok = field(message, 4)
	assert.False(t, ok)
}

func TestClassesForGeneratedCode(t *testing.T) {
	assert.Equal(t, ClassThrottled, ClassOfStatus(429))
	assert.Equal(t, ClassFault, Worse(ClassAnswer, ClassFault))
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
	class, after = SortBy(one)(full)
	assert.Equal(t, ClassUnclassified, class)
	assert.Zero(t, after)
}
