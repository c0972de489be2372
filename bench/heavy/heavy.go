//go:build heavy

// Package heavy imports what the heavy workloads import. It is never built. It keeps those
// packages in go.mod and go.sum, and the modules of the workloads copy their requirements
// from there.
package heavy

import (
	_ "github.com/aws/aws-sdk-go-v2/service/s3"
	_ "github.com/retrygen/retrygen/runtime"
	_ "k8s.io/client-go/kubernetes"
)
