// Package results has methods that return what the clients of libraries return. The comment
// of each says what it is: data, or a stream, and whether it ends when it is closed. The
// test of package libraries compares that with what retrygen makes of it.
package results

import (
	"context"
	"database/sql"
	"iter"
	"net/http"

	"connectrpc.com/connect"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"github.com/stripe/stripe-go/v84"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"golang.org/x/oauth2"
	"google.golang.org/api/tasks/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
)

// HTTP is net/http.
//
//retry:timeout attempt=1s
type HTTP interface {
	Response(context.Context) (*http.Response, error) // stream until closed
	Header(context.Context) (http.Header, error)      // data
	Cookies(context.Context) ([]*http.Cookie, error)  // data
}

// SQL is database/sql.
//
//retry:timeout attempt=1s
type SQL interface {
	Rows(context.Context) (*sql.Rows, error)            // stream
	Row(context.Context) (*sql.Row, error)              // stream
	Tx(context.Context) (*sql.Tx, error)                // stream
	Conn(context.Context) (*sql.Conn, error)            // stream
	Result(context.Context) (sql.Result, error)         // data
	NullString(context.Context) (sql.NullString, error) // data
}

// Pgx is github.com/jackc/pgx.
//
//retry:timeout attempt=1s
type Pgx interface {
	Rows(context.Context) (pgx.Rows, error)                     // stream until closed
	Row(context.Context) (pgx.Row, error)                       // stream until closed
	Tx(context.Context) (pgx.Tx, error)                         // stream until closed
	BatchResults(context.Context) (pgx.BatchResults, error)     // stream until closed
	Conn(context.Context) (*pgxpool.Conn, error)                // stream
	CommandTag(context.Context) (pgconn.CommandTag, error)      // data
	Notification(context.Context) (*pgconn.Notification, error) // data
}

// GRPC is google.golang.org/grpc with messages of protocol buffers.
//
//retry:timeout attempt=1s
type GRPC interface {
	Message(context.Context) (*grpc_health_v1.HealthCheckResponse, error)                              // data
	Struct(context.Context) (*structpb.Struct, error)                                                  // data
	AnyMessage(context.Context) (proto.Message, error)                                                 // data
	ServerStream(context.Context) (grpc_health_v1.Health_WatchClient, error)                           // stream until closed
	GenericStream(context.Context) (grpc.BidiStreamingClient[structpb.Struct, structpb.Struct], error) // stream until closed
	ClientStream(context.Context) (grpc.ClientStream, error)                                           // stream until closed
}

// Connect is connectrpc.com/connect.
//
//retry:timeout attempt=1s
type Connect interface {
	Response(context.Context) (*connect.Response[structpb.Struct], error)                               // data
	ServerStream(context.Context) (*connect.ServerStreamForClient[structpb.Struct], error)              // stream
	BidiStream(context.Context) (*connect.BidiStreamForClient[structpb.Struct, structpb.Struct], error) // stream
}

// S3 is the S3 client of the AWS SDK.
//
//retry:timeout attempt=1s
type S3 interface {
	GetObject(context.Context) (*s3.GetObjectOutput, error)              // stream until closed
	PutObject(context.Context) (*s3.PutObjectOutput, error)              // data
	ListObjects(context.Context) (*s3.ListObjectsV2Output, error)        // data
	SelectObject(context.Context) (*s3.SelectObjectContentOutput, error) // stream
}

// DynamoDB is the DynamoDB client of the AWS SDK.
//
//retry:timeout attempt=1s
type DynamoDB interface {
	GetItem(context.Context) (*dynamodb.GetItemOutput, error)      // data
	Query(context.Context) (*dynamodb.QueryOutput, error)          // data
	Item(context.Context) (map[string]types.AttributeValue, error) // data
}

// Redis is github.com/redis/go-redis.
//
//retry:timeout attempt=1s
type Redis interface {
	StringCmd(context.Context) (*redis.StringCmd, error)       // data
	MapCmd(context.Context) (*redis.MapStringStringCmd, error) // data
	Cmders(context.Context) ([]redis.Cmder, error)             // data
	PubSub(context.Context) (*redis.PubSub, error)             // stream
	Iterator(context.Context) (*redis.ScanIterator, error)     // stream
	Message(context.Context) (*redis.Message, error)           // data
}

// NATS is github.com/nats-io/nats.go.
//
//retry:timeout attempt=1s
type NATS interface {
	Msg(context.Context) (*nats.Msg, error)                   // data
	Subscription(context.Context) (*nats.Subscription, error) // stream
	Channel(context.Context) (<-chan *nats.Msg, error)        // stream
}

// JetStream is its package jetstream.
//
//retry:timeout attempt=1s
type JetStream interface {
	Msg(context.Context) (jetstream.Msg, error)                  // data
	PubAck(context.Context) (*jetstream.PubAck, error)           // data
	Entry(context.Context) (jetstream.KeyValueEntry, error)      // data
	Messages(context.Context) (jetstream.MessagesContext, error) // stream until closed
	Watcher(context.Context) (jetstream.KeyWatcher, error)       // stream until closed
	Object(context.Context) (jetstream.ObjectResult, error)      // stream until closed
	Info(context.Context) (*jetstream.StreamInfo, error)         // data
}

// KafkaGo is github.com/segmentio/kafka-go.
//
//retry:timeout attempt=1s
type KafkaGo interface {
	Message(context.Context) (kafka.Message, error)            // data
	Batch(context.Context) (*kafka.Batch, error)               // stream
	Conn(context.Context) (*kafka.Conn, error)                 // stream
	Metadata(context.Context) (*kafka.MetadataResponse, error) // data
}

// FranzGo is github.com/twmb/franz-go.
//
//retry:timeout attempt=1s
type FranzGo interface {
	Fetches(context.Context) (kgo.Fetches, error)        // data
	Record(context.Context) (*kgo.Record, error)         // data
	Results(context.Context) (kgo.ProduceResults, error) // data
}

// Mongo is go.mongodb.org/mongo-driver.
//
//retry:timeout attempt=1s
type Mongo interface {
	Single(context.Context) (*mongo.SingleResult, error)     // data
	Insert(context.Context) (*mongo.InsertManyResult, error) // data
	Document(context.Context) (bson.M, error)                // data
	Cursor(context.Context) (*mongo.Cursor, error)           // stream
	Changes(context.Context) (*mongo.ChangeStream, error)    // stream
}

// Kubernetes is k8s.io/client-go.
//
//retry:timeout attempt=1s
type Kubernetes interface {
	Pod(context.Context) (*corev1.Pod, error)                    // data
	Pods(context.Context) (*corev1.PodList, error)               // data
	Object(context.Context) (*unstructured.Unstructured, error)  // data
	Watch(context.Context) (watch.Interface, error)              // stream until closed
	Resource(context.Context) (dynamic.ResourceInterface, error) // data
}

// Stripe is github.com/stripe/stripe-go.
//
//retry:timeout attempt=1s
type Stripe interface {
	Customer(context.Context) (*stripe.Customer, error)                  // data
	Charges(context.Context) (stripe.Seq2[*stripe.Charge, error], error) // stream
}

// Google is the client of a Google API.
//
//retry:timeout attempt=1s
type Google interface {
	Task(context.Context) (*tasks.Task, error)   // data
	Tasks(context.Context) (*tasks.Tasks, error) // data
}

// OAuth2 is golang.org/x/oauth2.
//
//retry:timeout attempt=1s
type OAuth2 interface {
	Token(context.Context) (*oauth2.Token, error)            // data
	TokenSource(context.Context) (oauth2.TokenSource, error) // stream
}

// Iter is package iter.
//
//retry:timeout attempt=1s
type Iter interface {
	Seq(context.Context) (iter.Seq[string], error)          // stream
	Seq2(context.Context) (iter.Seq2[string, error], error) // stream
}
