package model

// RuntimePath is the package that generated code calls, always under the name retry.
// RequestPath is imported too for methods that take their context from an *http.Request.
const (
	RuntimePath = "github.com/retrygen/retrygen/runtime"
	RuntimeName = "retry"
	RequestPath = "github.com/retrygen/retrygen/httpretry"
	PolicyPath  = "github.com/retrygen/retrygen/policy"
	BackoffPath = "github.com/retrygen/retrygen/backoff"
)
