// Package pb stands in for what protoc-gen-go-grpc generates, and for the parts of
// google.golang.org/grpc that it uses. The shapes are the same.
package pb

import (
	"context"
	"errors"
	"fmt"
)

// CatalogClient is the client API of the service Catalog.
type CatalogClient interface {
	GetBook(ctx context.Context, in *GetBookRequest, opts ...CallOption) (*Book, error)
	AddBook(ctx context.Context, in *AddBookRequest, opts ...CallOption) (*Book, error)
}

type (
	// GetBookRequest names a book.
	GetBookRequest struct{ Title string }
	// AddBookRequest has a new book.
	AddBookRequest struct{ Book *Book }
	// Book is a book.
	Book struct{ Title, Author string }
	// CallOption is as grpc.CallOption.
	CallOption interface{ before() }
)

// Code is as codes.Code of gRPC.
type Code int

// The codes that the example uses.
const (
	OK                Code = 0
	Unknown           Code = 2
	NotFound          Code = 5
	ResourceExhausted Code = 8
	Unavailable       Code = 14
)

func (c Code) String() string {
	return map[Code]string{
		OK: "OK", Unknown: "Unknown", NotFound: "NotFound", ResourceExhausted: "ResourceExhausted", Unavailable: "Unavailable",
	}[c]
}

// StatusError is as the error that status.Error of gRPC returns.
type StatusError struct{ Code Code }

func (e *StatusError) Error() string { return fmt.Sprintf("rpc error: code = %v", e.Code) }

// CodeOf is as status.Code of gRPC. An error without a status is Unknown.
func CodeOf(err error) Code {
	if status, ok := errors.AsType[*StatusError](err); ok {
		return status.Code
	}
	return Unknown
}
