// Package config stands in for that of the SDK.
package config

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

type LoadOptions struct{}

func LoadDefaultConfig(ctx context.Context, opts ...func(*LoadOptions) error) (aws.Config, error) {
	return aws.Config{}, nil
}

func WithRegion(region string) func(*LoadOptions) error         { return nil }
func WithRetryer(f func() aws.Retryer) func(*LoadOptions) error { return nil }
