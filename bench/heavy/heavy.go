//go:build heavy

// Package heavy names what the heavy workloads import. It is never built: that it
// is here keeps those packages in go.mod and go.sum, which the workloads' modules
// take over.
package heavy

import (
	_ "github.com/aws/aws-sdk-go-v2/service/s3"
	_ "github.com/retrygen/retrygen/runtime"
	_ "k8s.io/client-go/kubernetes"
)
