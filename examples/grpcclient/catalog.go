package main

import (
	"context"

	"github.com/retrygen/retrygen/examples/grpcclient/pb"
)

//go:generate go tool retrygen -type=Catalog

// Catalog is the generated client with policies. It embeds the client's interface, so
// each method gets the directives below, also a method that the service gets later.
//
//retry:exponential-jitter attempts=4 base=20ms max=1s
//retry:timeout attempt=500ms total=3s
//retry:on overloaded timeout
type Catalog interface {
	pb.CatalogClient

	// AddBook is redeclared for a directive of its own. Unavailable does not tell
	// whether the server has added the book, so one attempt must do.
	//
	//retry:simple attempts=1
	AddBook(ctx context.Context, in *pb.AddBookRequest, opts ...pb.CallOption) (*pb.Book, error)
}

// overloaded reports whether the status says that the same request may succeed later.
// The other codes are answers, and so is an error of the client itself.
func overloaded(err error) bool {
	switch pb.CodeOf(err) {
	case pb.Unavailable, pb.ResourceExhausted:
		return true
	}
	return false
}
