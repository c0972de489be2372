// Package grpcclient wraps the generated client of a gRPC service.
package grpcclient

import healthpb "google.golang.org/grpc/health/grpc_health_v1"

//go:generate go tool retrygen -type=Health

// Health is the client of the health service, which comes with gRPC.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Health interface {
	healthpb.HealthClient
}
