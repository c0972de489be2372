package fleet

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/internal/quorum"
)

func TestWire(t *testing.T) {
	m := quorum.Message{
		From: "host:1:ab", Incarnation: 1<<63 + 7, Sequence: 3, Beat: 1500 * time.Millisecond, Gone: true,
		Words: []quorum.Word{
			{Breaker: breakerID{"Client", "eu"}.topic(), Number: 2, For: 3 * time.Second},
			{Breaker: breakerID{"Client", ""}.topic(), Number: 4}, // a good probe
		},
	}
	message := encode(&m)
	assert.Equal(t, `{"from":"host:1:ab","incarnation":9223372036854775815,"sequence":3,"beat":1500,`+
		`"words":[{"breaker":"Client","instance":"eu","number":2,"for":3000},{"breaker":"Client","number":4}],"gone":true}`, string(message))
	back, ok := decode(message)
	require.True(t, ok)
	assert.Equal(t, m, back)

	m.Words = []quorum.Word{{Breaker: "Client", Number: 1, For: 1}}
	back, _ = decode(encode(&m))
	assert.Equal(t, time.Millisecond, back.Words[0].For, "it stays an opening")
}

func TestShareable(t *testing.T) {
	for id, want := range map[breakerID]bool{
		{"Client", ""}: true, {"Client", "eu"}: true, {"", "eu"}: false, {"a" + between, ""}: false,
		{strings.Repeat("a", maxName), ""}: true, {strings.Repeat("a", maxName), "b"}: false,
	} {
		assert.Equal(t, want, id.shareable(), "%q", id)
	}
}

// No message causes a panic, and what is read is within its bounds and the same after it has
// been written.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"from":"a","incarnation":1,"sequence":2,"beat":1000,"words":[{"breaker":"x","instance":"y","number":1,"for":9223372036854775807}]}`))
	f.Add([]byte(`{"from":"a","beat":-1,"words":[{"breaker":"\u001f"},{"for":-1}]}`))
	f.Add([]byte(`[null]`))
	f.Fuzz(func(t *testing.T, message []byte) {
		m, ok := decode(message)
		if !ok {
			return
		}
		assert.LessOrEqual(t, m.Beat, quorum.MaxBeat)
		assert.LessOrEqual(t, len(m.Words), quorum.MaxWords)
		for _, w := range m.Words {
			assert.GreaterOrEqual(t, w.For, time.Duration(0))
			assert.LessOrEqual(t, w.For, quorum.MaxFor)
		}
		again, ok := decode(encode(&m))
		require.True(t, ok)
		assert.Equal(t, m, again)
	})
}
