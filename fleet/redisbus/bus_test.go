package redisbus

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
)

func TestConforms(t *testing.T) {
	s := startServer(t, "--save", "")
	t.Run("Bus", func(t *testing.T) {
		fleettest.TestBus(t, func(t *testing.T) fleet.Bus { return s.connect(t, nil) })
	})
	t.Run("Store", func(t *testing.T) {
		fleettest.TestStore(t, func(t *testing.T, key string) fleet.Store { return s.connect(t, &Options{Prefix: key}) })
	})
}

// Without deadlines, a server that hangs would hang the bus.
func TestNew(t *testing.T) {
	heeds := newClient(t, &redis.Options{Addr: "127.0.0.1:1"})
	tests := []struct {
		name   string
		client redis.UniversalClient
		opts   *Options
		want   string
	}{
		{"fine", heeds, nil, ""},
		{"fine options", heeds, &Options{Prefix: "shop.eu-1", Timeout: time.Second, Poll: time.Second}, ""},
		{"no client", nil, nil, "redisbus: no client"},
		{"a client that ignores deadlines", closing(t, redis.NewClient(&redis.Options{})), nil, deadlinesIgnored},
		{"a cluster that ignores deadlines", closing(t, redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{"x:1"}})), nil, deadlinesIgnored},
		{"sentinels without deadlines", closing(t, redis.NewFailoverClient(&redis.FailoverOptions{MasterName: "x", SentinelAddrs: []string{"x:1"}})), nil, deadlinesIgnored},
		{"a negative timeout", heeds, &Options{Timeout: -1}, "redisbus: a duration of the options is negative"},
		{"a negative poll", heeds, &Options{Poll: -1}, "redisbus: a duration of the options is negative"},
		{"braces", heeds, &Options{Prefix: "{a}"}, `redisbus: the prefix "{a}" is not made of printable ASCII characters without spaces and braces`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bus, err := New(tt.client, tt.opts)
			if tt.want != "" {
				require.EqualError(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			assert.NotNil(t, bus)
		})
	}
}

const deadlinesIgnored = "redisbus: the client ignores deadlines\n\thint: set ContextTimeoutEnabled in its options"

func closing[C redis.UniversalClient](t *testing.T, client C) C {
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

func TestBounds(t *testing.T) {
	s := startServer(t, "--save", "")
	bus := s.connect(t, nil)
	require.EqualError(t, bus.Publish(t.Context(), "", nil), "redisbus: no topic")
	require.EqualError(t, bus.Subscribe(t.Context(), "", nil), "redisbus: no topic")
	long := strings.Repeat("x", MaxMessage+1)
	require.EqualError(t, bus.Publish(t.Context(), "x", []byte(long)), "redisbus: a message of 262145 bytes; 262144 are allowed")
	_, err := bus.Put(t.Context(), long, 0)
	require.EqualError(t, err, "redisbus: put: a document of 262145 bytes; 262144 are allowed")

	// Others may send and write what they like.
	messages := subscribe(t, bus, "x")
	s.do(t, "publish", "{retrygen}:bus:x", long)
	s.do(t, "publish", "{retrygen}:bus:x", "short")
	assert.Equal(t, "short", <-messages)
	s.do(t, "hset", "{retrygen}:document", "revision", 1, "text", long, "time", 1)
	_, err = bus.Get(t.Context())
	require.EqualError(t, err, "redisbus: get: the document has more than 262144 bytes")
	s.do(t, "hset", "{retrygen}:document", "revision", "x", "text", "x")
	_, err = bus.Get(t.Context())
	require.ErrorContains(t, err, "redisbus: get: the revision: ")
	s.do(t, "del", "{retrygen}:document")
	s.do(t, "set", "{retrygen}:document", "x")
	_, err = bus.Get(t.Context())
	require.ErrorContains(t, err, "WRONGTYPE")
}

// A wrong password ends Subscribe and Watch, which can never work.
func TestRights(t *testing.T) {
	s := startServer(t, "--save", "", "--requirepass", "secret")
	for name, o := range map[string]*redis.Options{
		"no password":    {},
		"wrong password": {Password: "guess"},
	} {
		t.Run(name, func(t *testing.T) {
			o.Addr = s.address
			bus, err := New(newClient(t, o), nil)
			require.NoError(t, err)
			require.Error(t, bus.Publish(t.Context(), "x", nil))
			require.ErrorContains(t, bus.Subscribe(t.Context(), "x", nil), "redisbus: subscribe: ")
			require.ErrorContains(t, bus.Watch(t.Context(), nil), "redisbus: ")
		})
	}
}

// The rules in the documentation of the package let operators write and services read.
func TestAccessRules(t *testing.T) {
	s := startServer(t, "--save", "")
	for name, rules := range rulesInDocs(t) {
		args := []any{"acl", "setuser", name}
		for _, rule := range rules {
			args = append(args, rule)
		}
		s.do(t, args...)
	}
	as := func(name string) *Bus {
		bus, err := New(newClient(t, &redis.Options{Addr: s.address, Username: name, Password: "PASSWORD"}), nil)
		require.NoError(t, err)
		return bus
	}
	service, operator := as("payments"), as("operator")
	document, err := operator.Put(t.Context(), "text", 0)
	require.NoError(t, err)
	seen := watch(t, service)
	next(t, seen, "text")
	_, err = service.Put(t.Context(), "mine", document.Revision)
	require.ErrorContains(t, err, "NOPERM")
	messages := subscribe(t, service, "x")
	require.NoError(t, service.Publish(t.Context(), "x", []byte("hello")))
	assert.Equal(t, "hello", <-messages)
	_, err = operator.Put(t.Context(), "more", document.Revision)
	require.NoError(t, err)
	next(t, seen, "more")
	require.ErrorContains(t, service.client.Set(t.Context(), "other", 1, 0).Err(), "NOPERM")
}

// rulesInDocs returns the rules of each user in doc.go.
func rulesInDocs(t *testing.T) map[string][]string {
	t.Helper()
	source, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	rules := make(map[string][]string)
	for _, command := range strings.Split(string(source), "ACL SETUSER ")[1:] {
		command, _, _ = strings.Cut(strings.ReplaceAll(command, "\n//\t    ", " "), "\n")
		words := strings.Fields(command)
		rules[words[0]] = words[1:]
	}
	require.Len(t, rules, 2)
	return rules
}
