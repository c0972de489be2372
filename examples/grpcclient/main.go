// Grpcclient shows a gRPC client: an interface that embeds the generated one, and a
// func that says which status codes are retried. There is no gRPC in it, only types of
// the same shapes.
//
//	go run ./examples/grpcclient
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/retrygen/retrygen/examples/grpcclient/pb"
)

func main() { demo(os.Stdout) }

// demo makes three calls. The client below the wrapper prints a line for each attempt,
// and demo one for each call.
func demo(w io.Writer) {
	ctx := context.Background()
	client := &fakeClient{log: w, books: map[string]*pb.Book{"Emma": {Title: "Emma", Author: "Austen"}}}
	catalog := NewResilientCatalog(client, nil)

	client.failNext(pb.Unavailable, pb.ResourceExhausted)
	book, err := catalog.GetBook(ctx, &pb.GetBookRequest{Title: "Emma"})
	fmt.Fprintf(w, "GetBook(Emma): by %s, %v\n\n", book.Author, err)

	_, err = catalog.GetBook(ctx, &pb.GetBookRequest{Title: "Ulysses"})
	fmt.Fprintf(w, "GetBook(Ulysses): %v\n\n", err)

	client.failNext(pb.Unavailable)
	_, err = catalog.AddBook(ctx, &pb.AddBookRequest{Book: &pb.Book{Title: "Ulysses", Author: "Joyce"}})
	fmt.Fprintf(w, "AddBook(Ulysses): %v\n", err)
}

// A fakeClient is a CatalogClient without a network. It fails when told to.
type fakeClient struct {
	log   io.Writer
	books map[string]*pb.Book
	fail  []pb.Code
}

// failNext lets the next attempts fail with these codes.
func (c *fakeClient) failNext(codes ...pb.Code) { c.fail = codes }

func (c *fakeClient) GetBook(_ context.Context, in *pb.GetBookRequest, _ ...pb.CallOption) (*pb.Book, error) {
	return c.answer("GetBook", c.books[in.Title])
}

// AddBook adds the book even if the answer is a failure, as a server may.
func (c *fakeClient) AddBook(_ context.Context, in *pb.AddBookRequest, _ ...pb.CallOption) (*pb.Book, error) {
	c.books[in.Book.Title] = in.Book
	return c.answer("AddBook", in.Book)
}

func (c *fakeClient) answer(method string, book *pb.Book) (*pb.Book, error) {
	code := pb.OK
	if book == nil {
		code = pb.NotFound
	}
	if len(c.fail) > 0 {
		code, c.fail = c.fail[0], c.fail[1:]
	}
	fmt.Fprintf(c.log, "  %s: %v\n", method, code)
	if code != pb.OK {
		return nil, &pb.StatusError{Code: code}
	}
	return book, nil
}
