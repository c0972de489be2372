package kafka

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

// A broker answers each write with an error.
func TestErrorsOfBroker(t *testing.T) {
	for want, failures := range map[rows.Want][]*kerr.Error{
		rows.Transient: {kerr.NotLeaderForPartition, kerr.LeaderNotAvailable, kerr.RequestTimedOut, kerr.NotEnoughReplicas,
			kerr.NotEnoughReplicasAfterAppend, kerr.NetworkException, kerr.KafkaStorageError},
		rows.Fault: {kerr.UnknownServerError},
		rows.Answer: {kerr.MessageTooLarge, kerr.RecordListTooLarge, kerr.TopicAuthorizationFailed, kerr.InvalidRecord,
			kerr.PolicyViolation, kerr.InvalidRequiredAcks},
	} {
		for _, failure := range failures {
			t.Run(failure.Message, func(t *testing.T) { rows.Check(t, want, refusing(failure)) })
		}
	}
}

func TestTooLargeHundredTimes(t *testing.T) { rows.Hundred(t, refusing(kerr.MessageTooLarge)) }

func TestUnknownErrorOpensBreaker(t *testing.T) { rows.Opens(t, refusing(kerr.UnknownServerError)) }

// Errors that the client returns without asking a broker, and some that need another request.
func TestErrorsOfClient(t *testing.T) {
	for _, test := range []struct {
		err  error
		want rows.Want
	}{
		{kgo.ErrMaxBuffered, rows.Throttled},
		{kerr.ThrottlingQuotaExceeded, rows.Transient},
		{kerr.GroupAuthorizationFailed, rows.Answer},
		{kgo.ErrRecordTimeout, rows.Unclassified},
		{errors.New("of nobody"), rows.Unclassified},
	} {
		t.Run(test.err.Error(), func(t *testing.T) {
			rows.Check(t, test.want, func(_ *testing.T, o *retry.Options) rows.Client {
				next := &failing{err: test.err}
				wrapped := NewResilientRecords(next, o)
				return writing(wrapped, wrapped.Group(), func() int { return next.calls })
			})
		})
	}
}

// refusing opens a wrapped client of a broker that refuses all records. The client repeats
// nothing itself.
func refusing(failure *kerr.Error) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "topic"))
		require.NoError(t, err)
		t.Cleanup(cluster.Close)
		var requests atomic.Int64
		cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
			cluster.KeepControl()
			requests.Add(1)
			return refuse(request.(*kmsg.ProduceRequest), failure.Code), nil, true
		})
		client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.DefaultProduceTopic("topic"),
			kgo.RecordRetries(0), kgo.DisableIdempotentWrite())
		require.NoError(t, err)
		t.Cleanup(client.Close)
		wrapped := NewResilientRecords(producer{client}, o)
		return writing(wrapped, wrapped.Group(), func() int { return int(requests.Load()) })
	}
}

// refuse returns the response that refuses all records.
func refuse(request *kmsg.ProduceRequest, code int16) kmsg.Response {
	response := request.ResponseKind().(*kmsg.ProduceResponse)
	for _, topic := range request.Topics {
		t := kmsg.NewProduceResponseTopic()
		t.Topic, t.TopicID = topic.Topic, topic.TopicID
		for _, partition := range topic.Partitions {
			p := kmsg.NewProduceResponseTopicPartition()
			p.Partition, p.ErrorCode = partition.Partition, code
			t.Partitions = append(t.Partitions, p)
		}
		response.Topics = append(response.Topics, t)
	}
	return response
}

func writing(records Records, group *retry.Group, requests func() int) rows.Client {
	return rows.Client{
		Group: group,
		Call: func(ctx context.Context) error {
			_, err := records.Produce(ctx, kgo.StringRecord("text"))
			return err
		},
		Requests: requests,
	}
}

// failing fails each record and message.
type failing struct {
	err   error
	calls int
}

func (f *failing) Produce(_ context.Context, record *kgo.Record) (*kgo.Record, error) {
	f.calls++
	return record, f.err
}
