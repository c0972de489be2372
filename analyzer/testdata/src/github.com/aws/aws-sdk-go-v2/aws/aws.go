// Package aws stands in for that of the SDK.
package aws

type Retryer interface{}

type NopRetryer struct{}

type Config struct {
	Region           string
	RetryMaxAttempts int
	Retryer          func() Retryer
}
