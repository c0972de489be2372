package libraries

import "slices"

// A Client says how a program makes a client that retries by itself, and by which names it
// says how often.
type Client struct {
	Word string // of the library
	Kind int    // the index of its kind

	// Makers are the funcs that make the client, or the structs that are one.
	Makers []Type

	// Switches are the names of funcs and fields that say how often the client retries.
	Switches []string

	// Texts are the names of funcs whose text can say so, as ApplyURI("...?retryReads=false").
	Texts []string
}

// clients has no NATS: there, the options of each single publish say how often.
var clients = []Client{
	{
		Word:   "aws",
		Makers: []Type{{Path: "service/...", Names: "NewFromConfig"}, {Path: "service/...", Names: "New"}},
		Switches: []string{
			"NopRetryer", "Retryer", "RetryMaxAttempts", "RetryMode", "WithRetryer", "WithRetryMaxAttempts", "WithRetryMode",
			"AddWithMaxAttempts", "WithAPIOptions", "APIOptions",
		},
	},
	{
		Word:     "redis",
		Makers:   []Type{{Names: "NewClient"}},
		Switches: []string{"MaxRetries"},
		Texts:    []string{"ParseURL"},
	},
	{
		Word:     "mongo",
		Makers:   []Type{{Path: "mongo", Names: "Connect"}},
		Switches: []string{"SetRetryReads", "SetRetryWrites", "RetryReads", "RetryWrites"},
		Texts:    []string{"ApplyURI"},
	},
	{
		Word:     "kafka",
		Makers:   []Type{{Path: "pkg/kgo", Names: "NewClient"}},
		Switches: []string{"RecordRetries", "RequestRetries", "RetryTimeout", "RecordDeliveryTimeout"},
	},
	{
		Word: "kafka", Kind: 1,
		Makers:   []Type{{Names: "NewWriter"}, {Names: "NewReader"}, {Names: "Writer"}},
		Switches: []string{"MaxAttempts"},
	},
	{
		Word:     "stripe",
		Makers:   []Type{{Names: "NewClient"}},
		Switches: []string{"MaxNetworkRetries", "WithBackends", "SetBackend", "DefaultMaxNetworkRetries"},
	},
}

// Clients returns the clients whose construction shows whether they retry.
func Clients() []Client { return slices.Clone(clients) }

// Of returns the library and the package that provides the client.
func (c *Client) Of() (*Library, *Kind) {
	library := Lookup(c.Word)
	return library, library.Kinds[c.Kind]
}

// Makes reports whether a func or a struct, given by the path of its package and its name,
// makes the client.
func (c *Client) Makes(pkgPath, name string) bool {
	_, kind := c.Of()
	made := Kind{Module: kind.Module, Shown: c.Makers}
	_, ok := made.Shows(pkgPath, name)
	return ok
}
