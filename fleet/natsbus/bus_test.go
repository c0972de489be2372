package natsbus

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
)

func TestConforms(t *testing.T) {
	s := startServer(t, "")
	t.Run("Bus", func(t *testing.T) {
		fleettest.TestBus(t, func(t *testing.T) fleet.Bus { return s.connect(t, Options{}) })
	})
	t.Run("Store", func(t *testing.T) {
		fleettest.TestStore(t, func(t *testing.T, key string) fleet.Store { return s.connect(t, Options{Key: key, Create: true}) })
	})
}

func TestNew(t *testing.T) {
	conn := startServer(t, "").dial(t)
	tests := []struct {
		name string
		conn *nats.Conn
		opts *Options
		want string
	}{
		{"fine", conn, nil, ""},
		{"fine options", conn, &Options{Prefix: "shop.eu", Bucket: "shop", Key: "eu.document", Replicas: 5}, ""},
		{"no connection", nil, nil, "natsbus: no connection"},
		{"a negative timeout", conn, &Options{Timeout: -1}, "natsbus: a duration of the options is negative"},
		{"a negative poll", conn, &Options{Poll: -1}, "natsbus: a duration of the options is negative"},
		{"replicas", conn, &Options{Replicas: 6}, "natsbus: 6 replicas; 1 to 5 are possible"},
		{"a wildcard", conn, &Options{Prefix: "shop.>"}, `natsbus: "shop.>" cannot be part of a subject`},
		{"a space", conn, &Options{Key: "a b"}, `natsbus: "a b" cannot be part of a subject`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bus, err := New(tt.conn, tt.opts)
			if tt.want != "" {
				require.EqualError(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			assert.NotNil(t, bus)
		})
	}
}

func TestBounds(t *testing.T) {
	s := startServer(t, "")
	bus := s.connect(t, Options{Create: true})
	for _, topic := range []string{"", "a.*", "a b", "a..b"} {
		require.ErrorContains(t, bus.Publish(t.Context(), topic, nil), "cannot be part of a subject")
		require.ErrorContains(t, bus.Subscribe(t.Context(), topic, nil), "cannot be part of a subject")
	}
	long := strings.Repeat("x", MaxMessage+1)
	require.EqualError(t, bus.Publish(t.Context(), "x", []byte(long)), "natsbus: a message of 262145 bytes; 262144 are allowed")
	_, err := bus.Put(t.Context(), long, 0)
	require.EqualError(t, err, "natsbus: put: a document of 262145 bytes; 262144 are allowed")

	// Others may send and write what they like.
	messages := subscribe(t, bus, "x")
	require.NoError(t, bus.conn.Publish("retrygen.bus.x", []byte(long)))
	require.NoError(t, bus.conn.Publish("retrygen.bus.x", []byte("short")))
	assert.Equal(t, "short", <-messages)
	kv, err := bus.bind(t.Context())
	require.NoError(t, err)
	_, err = kv.PutString(t.Context(), "document", long)
	require.NoError(t, err)
	_, err = bus.Get(t.Context())
	require.EqualError(t, err, "natsbus: get: the document has more than 262144 bytes")
}

// Without Create, there is no document until somebody makes the bucket.
func TestWithoutBucket(t *testing.T) {
	s := startServer(t, "")
	reader, writer := s.connect(t, Options{Poll: 50 * time.Millisecond}), s.connect(t, Options{Create: true})
	seen := watch(t, reader)
	assert.Zero(t, <-seen)
	_, err := reader.Put(t.Context(), "text", 0)
	require.ErrorContains(t, err, "natsbus: put: nats: bucket not found")
	_, err = writer.Put(t.Context(), "text", 0)
	require.NoError(t, err)
	next(t, seen, "text")
}

// Without JetStream, messages get through.
func TestWithoutJetStream(t *testing.T) {
	s := startServer(t, "jetstream: false")
	bus := s.connect(t, Options{Create: true, Timeout: time.Second})
	messages := subscribe(t, bus, "x")
	require.NoError(t, bus.Publish(t.Context(), "x", []byte("hello")))
	assert.Equal(t, "hello", <-messages)
	_, err := bus.Get(t.Context())
	require.ErrorContains(t, err, "natsbus: get: ")
}

// The rules in the documentation of the package let operators write and services read.
func TestAccessRules(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, rules, _ := strings.Cut(string(source), "//\tauthorization {")
	rules, _, _ = strings.Cut(rules, "//\n")
	s := startServer(t, "authorization {"+strings.ReplaceAll(rules, "//\t", ""))
	as := func(name string, o Options) *Bus {
		bus, err := New(s.dial(t, nats.UserInfo(name, "PASSWORD")), &o)
		require.NoError(t, err)
		return bus
	}
	service, operator := as("payments", Options{Timeout: time.Second}), as("operator", Options{Create: true})
	document, err := operator.Put(t.Context(), "text", 0)
	require.NoError(t, err)
	seen := watch(t, service)
	next(t, seen, "text")
	_, err = service.Put(t.Context(), "mine", document.Revision)
	require.Error(t, err)
	messages := subscribe(t, service, "x")
	require.NoError(t, service.Publish(t.Context(), "x", []byte("hello")))
	assert.Equal(t, "hello", <-messages)
	_, err = operator.Put(t.Context(), "more", document.Revision)
	require.NoError(t, err)
	next(t, seen, "more")
	_, err = nats.Connect(s.url, nats.UserInfo("payments", "guess"))
	require.ErrorIs(t, err, nats.ErrAuthorization)
}

// A connection that is closed, or has given up, is of no use.
func TestClosed(t *testing.T) {
	s := startServer(t, "")
	conn := s.dial(t)
	bus, err := New(conn, &Options{Create: true})
	require.NoError(t, err)
	ended := make(chan error, 2)
	go func() { ended <- bus.Subscribe(t.Context(), "x", func([]byte) {}) }()
	go func() { ended <- bus.Watch(t.Context(), func(fleet.Document) { conn.Close() }) }()
	for range 2 {
		require.ErrorIs(t, <-ended, nats.ErrConnectionClosed)
	}
	require.ErrorIs(t, bus.Publish(t.Context(), "x", nil), nats.ErrDisconnected)
}
