package libraries

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRetriesHaveSources(t *testing.T) {
	found := 0
	for library := range All() {
		for _, k := range library.Kinds {
			for _, r := range k.Retries {
				found++
				assert.Greater(t, r.Attempts, 1, library.Word)
				assert.True(t, strings.HasPrefix(r.Source, "https://"), library.Word)
				assert.NotEmpty(t, library.Switch, "%s: advice says how to switch them off", library.Word)
			}
		}
	}
	assert.Greater(t, found, 8)
}

func TestRetriesOf(t *testing.T) {
	for _, c := range []struct {
		why, word, method string
		kind              int
		shown             [2]string // path and name of a type in the signature
		want              int       // 0: none
	}{
		{"all calls of AWS", "aws", "GetObject", 0, [2]string{}, 3},
		{"all calls of Redis", "redis", "Get", 0, [2]string{}, 4},
		{"a publish of JetStream", "nats", "Publish", 0, [2]string{"github.com/nats-io/nats.go/jetstream", "PubAck"}, 3},
		{"another method of JetStream", "nats", "Stream", 0, [2]string{"github.com/nats-io/nats.go/jetstream", "Stream"}, 0},
		{"a publish without an answer", "nats", "Publish", 1, [2]string{"github.com/nats-io/nats.go", "Msg"}, 0},
		{"records of franz-go", "kafka", "ProduceSync", 0, [2]string{}, Unlimited},
		{"requests of franz-go", "kafka", "Request", 0, [2]string{}, 21},
		{"polling of franz-go", "kafka", "PollFetches", 0, [2]string{}, 0},
		{"writing of kafka-go", "kafka", "WriteMessages", 1, [2]string{}, 10},
		{"reading of kafka-go", "kafka", "FetchMessage", 1, [2]string{}, 3},
		{"a library that does not retry", "pgx", "Query", 0, [2]string{}, 0},
	} {
		t.Run(c.why, func(t *testing.T) {
			r := Lookup(c.word).Kinds[c.kind].RetriesOf(c.method, func(yield func(pkgPath, name string)) { yield(c.shown[0], c.shown[1]) })
			if c.want == 0 {
				assert.Nil(t, r)
				return
			}
			if assert.NotNil(t, r) {
				assert.Equal(t, c.want, r.Attempts)
			}
		})
	}
}
