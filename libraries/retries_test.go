package libraries_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	awsretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v84"
	"github.com/twmb/franz-go/pkg/kgo"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/retrygen/retrygen/internal/libraries"
)

// The clients retry by default as often as review says.
func TestDefaultsOfClients(t *testing.T) {
	retries := func(word string, kind, row int) int { return libraries.Lookup(word).Kinds[kind].Retries[row].Attempts }

	assert.Equal(t, retries("aws", 0, 0), awsretry.DefaultMaxAttempts)
	assert.Equal(t, retries("nats", 0, 0), jetstream.DefaultPubRetryAttempts+1)
	assert.Equal(t, retries("nats", 1, 0), nats.DefaultPubRetryAttempts+1)
	assert.Equal(t, retries("stripe", 0, 0), int(stripe.DefaultMaxNetworkRetries)+1)

	redisClient := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	assert.Equal(t, retries("redis", 0, 0), redisClient.Options().MaxRetries+1)
	require.NoError(t, redisClient.Close())

	franz, err := kgo.NewClient(kgo.SeedBrokers("127.0.0.1:1"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, franz.OptValue(kgo.RecordRetries), int64(retries("kafka", 0, 0)), "that many are without limit")
	assert.EqualValues(t, retries("kafka", 0, 1), franz.OptValue(kgo.RequestRetries).(int64)+1)
	franz.Close()

	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{"127.0.0.1:1"}, Topic: "topic"})
	assert.Equal(t, retries("kafka", 1, 1), reader.Config().MaxAttempts)
	require.NoError(t, reader.Close())
	writer := kafka.Writer{Addr: kafka.TCP("127.0.0.1:1")}
	assert.EqualValues(t, retries("kafka", 1, 0), writer.Stats().MaxAttempts)
	require.NoError(t, writer.Close())

	assert.Equal(t, retries("k8s", 0, 0), requestsOfKubernetes(t))
}

// requestsOfKubernetes counts the requests of a call that the server puts off again and again.
func requestsOfKubernetes(t *testing.T) int {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer server.Close()
	client, err := dynamic.NewForConfig(&rest.Config{Host: server.URL, QPS: -1})
	require.NoError(t, err)
	_, err = client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "things"}).Get(context.Background(), "name", metav1.GetOptions{})
	require.Error(t, err)
	return int(requests.Load())
}
