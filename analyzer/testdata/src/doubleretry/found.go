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

func ofRedis(addr string) getter.Getter {
	client := redis.NewClient(&redis.Options{Addr: addr})
	return getter.NewResilientGetter(client, nil) // want `NewResilientGetter retries Get around the Redis client, which retries by itself: .*MaxRetries`
}

// Options in a variable, and a URL that says nothing of retries.
func ofRedisByURL() (getter.Getter, error) {
	opts, err := redis.ParseURL("redis://localhost:6379/0")
	if err != nil {
		return nil, err
	}
	opts.Addr = "localhost:6380"
	return getter.NewResilientGetter(redis.NewClient(opts), nil), nil // want `the Redis client`
}

func ofAWS(ctx context.Context) (getter.Getter, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion("eu-north-1"))
	if err != nil {
		return nil, err
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	return getter.NewResilientGetter(client, nil), nil // want `around the AWS client, which retries by itself: the SDK makes three attempts`
}

func ofAWSByLiteral() getter.Getter {
	return getter.NewResilientGetter(s3.NewFromConfig(aws.Config{Region: "eu-north-1"}), nil) // want `the AWS client`
}

func ofFranz() (getter.Producer, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers("localhost:9092"))
	if err != nil {
		return nil, err
	}
	return getter.NewResilientProducer(client, nil), nil // want `retries ProduceSync around the Kafka client`
}

func ofKafkaGo() getter.Writer {
	return getter.NewResilientWriter(&kafka.Writer{Topic: "orders"}, nil) // want `retries WriteMessages around the Kafka client`
}

func ofMongo() (getter.Getter, error) {
	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://localhost"))
	if err != nil {
		return nil, err
	}
	orders := client.Database("shop").Collection("orders")
	return getter.NewResilientGetter(orders, nil), nil // want `the MongoDB client`
}

func ofStripe(key string) getter.Getter {
	client := stripe.NewClient(key)
	return getter.NewResilientGetter(client.V1Customers, nil) // want `the Stripe client`
}
