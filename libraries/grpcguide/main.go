// Grpcguide is the program of docs/clients.md about gRPC.
package main

import (
	"context"
	"fmt"
	"log"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

//go:generate go tool retrygen

// Health is the generated client, with policies for all its methods.
//
//retry:exponential-jitter attempts=4 base=10ms max=1s
//retry:timeout attempt=1s total=5s
//retry:breaker failures=5
type Health interface {
	healthpb.HealthClient

	// List is declared again for a directive of its own.
	//
	//retry:timeout attempt=3s total=10s
	List(ctx context.Context, in *healthpb.HealthListRequest, opts ...grpc.CallOption) (*healthpb.HealthListResponse, error)
}

func main() {
	conn, err := grpc.NewClient(serve(), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry())
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	health := NewResilientHealth(healthpb.NewHealthClient(conn), nil)
	for _, service := range []string{"shop", "shed"} {
		resp, err := health.Check(context.Background(), &healthpb.HealthCheckRequest{Service: service})
		fmt.Println(service, resp.GetStatus(), status.Code(err))
	}
}

// serve starts a server on the loopback interface, and returns its address.
func serve() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	healthpb.RegisterHealthServer(server, &busy{})
	go func() { _ = server.Serve(listener) }()
	return listener.Addr().String()
}

// A busy server is unavailable twice, and knows one service.
type busy struct {
	healthpb.UnimplementedHealthServer
	requests int
}

func (b *busy) Check(_ context.Context, req *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	b.requests++
	fmt.Println("request", b.requests, req.Service)
	switch {
	case b.requests < 3:
		return nil, status.Error(codes.Unavailable, "busy")
	case req.Service != "shop":
		return nil, status.Error(codes.NotFound, "unknown service")
	}
	return &healthpb.HealthCheckResponse{Status: healthpb.HealthCheckResponse_SERVING}, nil
}
