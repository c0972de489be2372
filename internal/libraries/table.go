package libraries

// table lists the libraries. The first that knows an error decides, so those that others are
// built on come last.
var table = []*Library{
	{
		Word: "grpc", Name: "gRPC", Folder: "grpcclient",
		Note: "A delay comes from the `google.rpc.RetryInfo` among the details of the status. Clients of cloud.google.com/go show no type of gRPC, so name it: `//retry:library grpc`.",
		Kinds: []*Kind{{
			Module: "google.golang.org/grpc", Row: "grpc.go",
			Shown: []Type{{Names: "CallOption"}, {Names: "*Stream*"}},
		}},
		Switch: "gRPC retries if the service config says so, and clients of Google APIs do with gax; switch that off with `grpc.WithDisableRetry()` and `gax.WithRetry(nil)`",
	},
	{
		Word: "connect", Name: "connect", Folder: "connectclient",
		Note: "A delay comes from the `Retry-After` header or from a `google.rpc.RetryInfo`.",
		Kinds: []*Kind{{
			Module: "connectrpc.com/connect", Row: "connect.go",
			Shown: []Type{{Names: "Request"}, {Names: "Response"}, {Names: "*Stream*"}},
		}},
	},
	{
		Word: "aws", Name: "AWS", Folder: "aws",
		Note: "The header `x-amz-retry-after` is waited for. The codes decide before the status, because some services throttle with status 400.",
		Kinds: []*Kind{{
			Module: "github.com/aws/aws-sdk-go-v2", Func: "SortAWS",
			Shown:   []Type{{Path: "service/...", Names: "Options"}},
			Retries: []Retries{{Attempts: 3, Source: "https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/retry#pkg-constants"}},
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
		Switch: "the SDK makes three attempts; switch that off with `config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} })`",
	},
	{
		Word: "k8s", Name: "Kubernetes", Folder: "k8s",
		Note: "A delay comes from `RetryAfterSeconds`. A conflict is an answer: read the object again before you write it again.",
		Kinds: []*Kind{{
			Module: "k8s.io/apimachinery", Row: "k8s.go",
			Shown:   []Type{{Path: "pkg/apis/meta/v1", Names: "*Options"}},
			Retries: []Retries{{Attempts: 11, When: "after a response with Retry-After", Source: "https://pkg.go.dev/k8s.io/client-go/rest#Request.MaxRetries"}},
		}},
		Switch: "client-go repeats a request up to ten times after a response with Retry-After; only `(*rest.Request).MaxRetries(0)` switches that off",
	},
	{
		Word: "mongo", Name: "MongoDB", Folder: "mongo",
		Note: `Labels decide first, as the driver's specification says.`,
		Kinds: []*Kind{{
			Module: "go.mongodb.org/mongo-driver", Major: "/v2", Row: "mongo.go",
			Shown:   []Type{{Path: "mongo"}, {Path: "mongo/..."}},
			Retries: []Retries{{Attempts: 2, Source: "https://pkg.go.dev/go.mongodb.org/mongo-driver/v2/mongo/options#ClientOptions.SetRetryWrites"}},
		}},
		Spoken: []Case{
			{Class: "Unsent", Names: []string{"NoWritesPerformed"}, When: "with a retryable label"},
			{Class: "Transient", Names: []string{"NetworkError"}},
			{Class: "Throttled", Names: []string{"SystemOverloadedError"}},
			{Class: "Conflict", Names: []string{"TransientTransactionError"}},
			{Class: "Transient", Names: []string{"RetryableWriteError"}},
			{Class: "Answer", Names: []string{"mongo.ErrNoDocuments"}},
		},
		Switch: "the driver repeats reads and writes once; switch that off with `SetRetryReads(false)` and `SetRetryWrites(false)`",
	},
	{
		Word: "nats", Name: "NATS", Folder: "natsclient",
		Note: "`nats.ErrTimeout` is an answer in methods that wait for messages, such as `NextMsg` and `Fetch`: none has come.",
		Kinds: []*Kind{
			{
				Module: "github.com/nats-io/nats.go", Row: "jetstream.go",
				Shown:   []Type{{Path: "jetstream"}},
				Retries: []Retries{{Attempts: 3, When: "when nobody responds", Source: "https://pkg.go.dev/github.com/nats-io/nats.go/jetstream#WithRetryAttempts", Shown: []Type{{Path: "jetstream", Names: "Pub*"}}}},
			},
			{
				Module: "github.com/nats-io/nats.go", Row: "nats.go", Sequence: "natsfetch.go",
				Shown:   []Type{{}, {Path: "jetstream"}},
				Retries: []Retries{{Attempts: 3, When: "when nobody responds", Source: "https://pkg.go.dev/github.com/nats-io/nats.go#RetryAttempts", Shown: []Type{{Names: "Pub*"}}}},
			},
		},
		Switch: "a publish is repeated twice when nobody responds; switch that off with `nats.RetryAttempts(0)` or `jetstream.WithRetryAttempts(0)`",
	},
	{
		Word: "kafka", Name: "Kafka", Folder: "kafka",
		Kinds: []*Kind{
			{
				Module: "github.com/twmb/franz-go", Row: "franz.go",
				Shown: []Type{{Path: "pkg/kgo"}, {Path: "pkg/kmsg"}},
				Retries: []Retries{
					{Attempts: Unlimited, Source: "https://pkg.go.dev/github.com/twmb/franz-go/pkg/kgo#RecordRetries", Methods: "*Produce*"},
					{Attempts: 21, Source: "https://pkg.go.dev/github.com/twmb/franz-go/pkg/kgo#RequestRetries", Methods: "*Request*"},
				},
			},
			{
				Module: "github.com/segmentio/kafka-go", Row: "kafkago.go", Shown: []Type{{}},
				Retries: []Retries{
					{Attempts: 10, Source: "https://pkg.go.dev/github.com/segmentio/kafka-go#Writer", Methods: "Write*"},
					{Attempts: 3, Source: "https://pkg.go.dev/github.com/segmentio/kafka-go#ReaderConfig", Methods: "*Message"},
				},
			},
		},
		Switch: "both clients repeat requests; switch that off with `kgo.RecordRetries(0)` and `kgo.RequestRetries(0)`, or with `MaxAttempts: 1` of `kafka.Writer` and `kafka.ReaderConfig`",
	},
	{
		Word: "stripe", Name: "Stripe", Folder: "stripe",
		Kinds: []*Kind{{
			Module: "github.com/stripe/stripe-go", Major: "/v84", Row: "stripe.go",
			Shown:   []Type{{}},
			Retries: []Retries{{Attempts: 3, Source: "https://pkg.go.dev/github.com/stripe/stripe-go/v84#BackendConfig"}},
		}},
		Switch: "the client makes three attempts; switch that off with `MaxNetworkRetries: stripe.Int64(0)` in `stripe.BackendConfig`",
	},
	{
		Word: "google", Name: "Google APIs", Folder: "google",
		Note: "Clients of cloud.google.com/go/storage and others show no type of this module, so name it: `//retry:library google`.",
		Kinds: []*Kind{{
			Module: "google.golang.org/api", Row: "google.go",
			Shown: []Type{{Path: "..."}},
		}},
		Switch: "cloud.google.com/go/storage retries without limit; switch that off with `SetRetry(storage.WithPolicy(storage.RetryNever))`",
	},
	{
		Word: "redis", Name: "Redis", Folder: "redisclient",
		Note: `The prefix of the server's message decides.`,
		Kinds: []*Kind{{
			Module: "github.com/redis/go-redis", Major: "/v9", Row: "redis.go",
			Shown:   []Type{{}},
			Retries: []Retries{{Attempts: 4, Source: "https://pkg.go.dev/github.com/redis/go-redis/v9#Options"}},
		}},
		Spoken: []Case{
			{Class: "Unsent", Names: []string{"LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "READONLY", "ERR max number of clients reached"}},
			{Class: "Conflict", Names: []string{"redis: transaction failed"}},
			{Class: "Fault", Names: []string{"OOM", "MISCONF"}},
			{Class: "Answer", Names: []string{"ERR", "WRONGTYPE", "NOSCRIPT", "NOAUTH"}},
			{Class: "Answer", When: "any other error of the server"},
		},
		Switch: "the client makes four attempts; switch that off with `MaxRetries: -1` in `redis.Options`",
	},
	{
		Word: "pgx", Name: "PostgreSQL", Folder: "pg", CodeLength: 5,
		Note: "`SafeToRetry` of an error means that it had no effect. Inside a transaction a conflict is final: repeat the whole transaction.",
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
		Word: "mysql", Name: "MySQL", Folder: "mysqldb",
		Note:  "No signature shows the driver, so name it: `//retry:library mysql`. Lock wait timeouts (1205) are answers; list them with `on` if the statement may be repeated.",
		Kinds: []*Kind{{Module: "github.com/go-sql-driver/mysql", Row: "mysql.go"}},
	},
	{
		Word: "sqlite", Name: "SQLite", Folder: "sqlitedb",
		Note: "No signature shows the driver, so name it: `//retry:library sqlite`.",
		Kinds: []*Kind{
			{Module: "modernc.org/sqlite", Row: "sqlite.go"},
			{Module: "github.com/mattn/go-sqlite3", Row: "sqlite3.go"},
		},
	},
	{
		Word: "sql", Name: "database/sql", Folder: "sqldb",
		Kinds: []*Kind{{Row: "sql.go", Shown: []Type{{Path: "database/sql"}}}},
	},
	{
		Word: "http", Name: "net/http", Folder: "httpclient", CodeLength: 3,
		Note: "A delay comes from `Retry-After`. Go returns a response with a bad status without an error; let `error-in` or `httpretry.Check` make one of it. A request that is not idempotent, such as a POST, is sent again only if the server has not processed it. Certificates that are not accepted, unknown schemes, bad addresses and too many redirects are faults.",
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
