package libraries

// table lists the libraries. The first that knows an error decides, so those of the
// standard library come last: others are built on them.
var table = []*Library{
	{
		Word: "grpc", Name: "gRPC",
		Kinds: []*Kind{{
			Module: "google.golang.org/grpc", Row: "grpc.go",
			Shown: []Type{{Names: "CallOption"}, {Names: "*Stream*"}},
		}},
		Switch: "a retryPolicy in the service config: set grpc.WithDisableRetry()",
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
		},
		Switch: "redis.Options.MaxRetries: set it to -1",
	},
	{
		Word: "sql", Name: "database/sql",
		Kinds: []*Kind{{
			Row: "sql.go", Shown: []Type{{Path: "database/sql"}},
		}},
	},
}
