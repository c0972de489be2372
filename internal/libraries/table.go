package libraries

// table lists the libraries. The first that knows an error decides, so those that others are
// built on come last.
var table = []*Library{
	{
		Word: "grpc", Name: "gRPC",
		Kinds: []*Kind{
			{
				Module: "google.golang.org/grpc", Row: "grpc.go",
				Shown: []Type{{Names: "CallOption"}, {Names: "*Stream*"}},
			},
			{Module: "github.com/googleapis/gax-go", Row: "grpc.go", Shown: []Type{{Names: "CallOption"}}},
		},
		Switch: "retries that a service config or a CallOption of gax switches on: `grpc.WithDisableRetry()`, `gax.WithRetry(nil)`",
	},
	{
		Word: "connect", Name: "connect",
		Kinds: []*Kind{{
			Module: "connectrpc.com/connect", Row: "connect.go",
			Shown: []Type{{Names: "Request"}, {Names: "Response"}, {Names: "*Stream*"}},
		}},
	},
	{
		Word: "aws", Name: "AWS",
		Kinds: []*Kind{{
			Module: "github.com/aws/aws-sdk-go-v2",
			Shown:  []Type{{Path: "service/...", Names: "Options"}},
		}},
		Spoken: []Case{
			{Class: "Throttled", Names: []string{
				"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
				"ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
				"BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
				"EC2ThrottledException",
			}},
			{Class: "Transient", Names: []string{"RequestTimeout", "RequestTimeoutException"}},
			{Class: ByStatus, When: "any other code"},
		},
		Switch: "the retryer of the SDK, or the attempts multiply: `config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} })`",
	},
	{
		Word: "k8s", Name: "Kubernetes",
		Kinds: []*Kind{{
			Module: "k8s.io/apimachinery", Row: "k8s.go",
			Shown: []Type{{Path: "pkg/apis/meta/v1", Names: "*Options"}},
		}},
		Switch: "client-go repeats a request up to ten times after a response with Retry-After: `(*rest.Request).MaxRetries(0)`",
	},
	{
		Word: "mongo", Name: "MongoDB",
		Kinds: []*Kind{{
			Module: "go.mongodb.org/mongo-driver", Major: "/v2", Row: "mongo.go",
			Shown: []Type{{Path: "mongo"}, {Path: "mongo/..."}},
		}},
		Spoken: []Case{
			{Class: "Unsent", Names: []string{"NoWritesPerformed"}, When: "with a retryable label"},
			{Class: "Transient", Names: []string{"NetworkError"}},
			{Class: "Throttled", Names: []string{"SystemOverloadedError"}},
			{Class: "Conflict", Names: []string{"TransientTransactionError"}},
			{Class: "Transient", Names: []string{"RetryableWriteError"}},
			{Class: "Answer", Names: []string{"mongo.ErrNoDocuments"}},
		},
		Switch: "`SetRetryReads(false)` and `SetRetryWrites(false)` of the client's options",
	},
	{
		Word: "nats", Name: "NATS",
		Kinds: []*Kind{
			{
				Module: "github.com/nats-io/nats.go", Row: "jetstream.go",
				Shown: []Type{{Path: "jetstream"}},
			},
			{
				Module: "github.com/nats-io/nats.go", Row: "nats.go", Sequence: "natsfetch.go",
				Shown: []Type{{}, {Path: "jetstream"}},
			},
		},
		Switch: "`nats.RetryAttempts` and `jetstream.WithRetryAttempts` of a publish: set them to 0",
	},
	{
		Word: "kafka", Name: "Kafka",
		Kinds: []*Kind{
			{
				Module: "github.com/twmb/franz-go", Row: "franz.go",
				Shown: []Type{{Path: "pkg/kgo"}, {Path: "pkg/kmsg"}},
			},
			{Module: "github.com/segmentio/kafka-go", Row: "kafkago.go", Shown: []Type{{}}},
		},
		Switch: "`kgo.RecordRetries(0)` and `kgo.RequestRetries(0)`; `kafka.Writer.MaxAttempts: 1`",
	},
	{
		Word: "stripe", Name: "Stripe",
		Kinds: []*Kind{{
			Module: "github.com/stripe/stripe-go", Major: "/v84", Row: "stripe.go",
			Shown: []Type{{}},
		}},
		Switch: "`stripe.BackendConfig.MaxNetworkRetries`: set it to `stripe.Int64(0)`",
	},
	{
		Word: "google", Name: "Google APIs",
		Kinds: []*Kind{
			{Module: "google.golang.org/api", Row: "google.go", Shown: []Type{{Path: "..."}}},
			{Module: "cloud.google.com/go", Row: "google.go", Shown: []Type{{Path: "storage"}, {Path: "bigquery"}}},
		},
		Switch: "the retries of cloud.google.com/go/storage: `SetRetry(storage.WithPolicy(storage.RetryNever))`",
	},
	{
		Word: "redis", Name: "Redis",
		Kinds: []*Kind{{
			Module: "github.com/redis/go-redis", Major: "/v9", Row: "redis.go",
			Shown: []Type{{}},
		}},
		Spoken: []Case{
			{Class: "Unsent", Names: []string{"LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "READONLY", "ERR max number of clients reached"}},
			{Class: "Conflict", Names: []string{"redis: transaction failed"}},
			{Class: "Fault", Names: []string{"OOM", "MISCONF"}},
			{Class: "Answer", Names: []string{"ERR", "WRONGTYPE", "NOSCRIPT", "NOAUTH"}},
			{Class: "Answer", When: "any other error of the server"},
		},
		Switch: "`redis.Options.MaxRetries`: set it to -1",
	},
	{
		Word: "pgx", Name: "PostgreSQL", CodeLength: 5,
		Kinds: []*Kind{{
			Module: "github.com/jackc/pgx", Major: "/v5", Oldest: "v5.13.0",
			Why:   "before, SafeToRetry said yes of statements that may have run",
			Shown: []Type{{}, {Path: "pgconn"}, {Path: "pgxpool"}},
		}},
		Spoken: []Case{
			{Class: "Transient", Names: []string{"08000", "08003", "08006", "08P01", "57P01", "57P02", "57P05"}},
			{Class: "Unsent", Names: []string{"08001", "08004", "53300", "57P03"}},
			{Class: "Conflict", Names: []string{"40001", "40P01"}},
			{Class: "Fault", Names: []string{"08007", "25006", "40003", "57014"}},
			{Class: "Answer", Names: []string{"40002"}},
			{Class: "Answer", Prefixes: []string{"0A", "2", "3", "42", "44", "54", "55", "P0"}},
			{Class: "Fault", Prefixes: []string{"53", "57", "58", "F0", "HV", "XX"}},
		},
	},
	{
		Word: "mysql", Name: "MySQL",
		Kinds: []*Kind{{Module: "github.com/go-sql-driver/mysql", Row: "mysql.go"}},
	},
	{
		Word: "sqlite", Name: "SQLite",
		Kinds: []*Kind{
			{Module: "modernc.org/sqlite", Row: "sqlite.go"},
			{Module: "github.com/mattn/go-sqlite3", Row: "sqlite3.go"},
		},
	},
	{
		Word: "sql", Name: "database/sql",
		Kinds: []*Kind{{Row: "sql.go", Shown: []Type{{Path: "database/sql"}}}},
	},
	{
		Word: "http", Name: "net/http", CodeLength: 3,
		Kinds: []*Kind{{
			Func: "Sort", Shown: []Type{{Path: "net/http", Names: "Request"}, {Path: "net/http", Names: "Response"}},
		}},
		Spoken: []Case{
			{Class: "Transient", Names: []string{"408"}},
			{Class: "Unsent", Names: []string{"421", "REFUSED_STREAM"}},
			{Class: "Throttled", Names: []string{"425", "429"}},
			{Class: "Fault", Names: []string{"501", "505", "511"}},
			{Class: "Answer", Prefixes: []string{"4"}},
			{Class: "Transient", Prefixes: []string{"5"}},
		},
	},
}
