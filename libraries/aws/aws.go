// Package aws wraps clients of the AWS SDK.
package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

//go:generate go tool retrygen

// Objects is a part of *s3.Client.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests switch the retries of the client off
type Objects interface {
	PutObject(ctx context.Context, in *s3.PutObjectInput, opts ...func(*s3.Options)) (*s3.PutObjectOutput, error)
	GetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	HeadObject(ctx context.Context, in *s3.HeadObjectInput, opts ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
}

// Table is a part of *dynamodb.Client.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests switch the retries of the client off
type Table interface {
	PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
}

var (
	_ Objects = (*s3.Client)(nil)
	_ Table   = (*dynamodb.Client)(nil)
)
