package doubleretry

import (
	"context"
	"getter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"github.com/stripe/stripe-go/v84"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// The retries of the client are off.
func off(ctx context.Context, key string) []any {
	cfg, _ := config.LoadDefaultConfig(ctx, config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }))
	franz, _ := kgo.NewClient(kgo.RecordRetries(0))
	documents, _ := mongo.Connect(options.Client().ApplyURI("mongodb://localhost").SetRetryReads(false))
	return []any{
		getter.NewResilientGetter(redis.NewClient(&redis.Options{MaxRetries: -1}), nil),
		getter.NewResilientGetter(s3.NewFromConfig(cfg), nil),
		getter.NewResilientProducer(franz, nil),
		getter.NewResilientWriter(&kafka.Writer{MaxAttempts: 1}, nil),
		getter.NewResilientGetter(documents.Database("shop").Collection("orders"), nil),
		getter.NewResilientGetter(stripe.NewClient(key, stripe.WithBackends(nil)).V1Customers, nil),
	}
}

// They are off by an option of the service.
func offByService(cfg aws.Config) getter.Getter {
	return getter.NewResilientGetter(s3.NewFromConfig(cfg, func(o *s3.Options) { o.RetryMaxAttempts = 1 }), nil)
}

// The text says so.
func offByText() getter.Getter {
	client, _ := mongo.Connect(options.Client().ApplyURI("mongodb://localhost/?retryReads=false"))
	return getter.NewResilientGetter(client.Database("shop").Collection("orders"), nil)
}

// A text from elsewhere can say anything.
func unknownText(url string) getter.Getter {
	opts, _ := redis.ParseURL(url)
	return getter.NewResilientGetter(redis.NewClient(opts), nil)
}

// Options, a configuration and a client from elsewhere can be anything.
func unknown(cfg aws.Config, opts *redis.Options, client *redis.Client, more []kgo.Opt) []any {
	franz, _ := kgo.NewClient(more...)
	return []any{
		getter.NewResilientGetter(s3.NewFromConfig(cfg), nil),
		getter.NewResilientGetter(redis.NewClient(opts), nil),
		getter.NewResilientGetter(client, nil),
		getter.NewResilientProducer(franz, nil),
	}
}

func fill(*redis.Options) {}

// Another func fills the options.
func filled() getter.Getter {
	opts := &redis.Options{}
	fill(opts)
	return getter.NewResilientGetter(redis.NewClient(opts), nil)
}

// The wrapper does not retry.
func guarded() getter.Getter {
	return getter.NewGuardedGetter(redis.NewClient(&redis.Options{}), nil)
}

// The client repeats no calls of this method.
func otherMethod() getter.Getter {
	client, _ := kgo.NewClient()
	return getter.NewResilientGetter(client, nil)
}

// The client of a cluster does not repeat commands.
func cluster() getter.Getter {
	return getter.NewResilientGetter(redis.NewClusterClient(&redis.Options{}), nil)
}

// Silenced with a reason.
func silenced() getter.Getter {
	return getter.NewResilientGetter(redis.NewClient(&redis.Options{}), nil) //nolint:retrygen // measured
}
