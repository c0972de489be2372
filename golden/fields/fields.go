// Package fields has parameters with fields that the first attempt uses up, as the Body
// of S3's PutObjectInput. What they hold is known only when a call is made.
package fields

import (
	"context"
	"io"
	"iter"
)

// PutInput is like S3's.
type PutInput struct {
	Key  string
	Body io.Reader
}

// Batch has fields one level down, and others that are not readers.
type Batch struct {
	Put    *PutInput
	Names  iter.Seq[string]
	Done   <-chan struct{}
	Ticks  <-chan int
	Closer io.Closer
}

// Upload has lists: fields of their elements, and readers as elements.
type Upload struct {
	Parts   []PutInput
	Sets    map[string][]*PutInput
	Sources [2]io.Reader
}

func spare(ctx context.Context, in *PutInput, _ error) error {
	if in.Body == nil {
		return nil
	}
	_, err := io.Copy(io.Discard, in.Body)
	return err
}

// Objects stores objects.
//
//retry:simple attempts=3 delay=10ms
type Objects interface {
	Put(ctx context.Context, in *PutInput) (etag string, err error)
	PutValue(ctx context.Context, in PutInput) error
	PutBatch(ctx context.Context, batch Batch) error

	//retry:rewind in.Body
	Demand(ctx context.Context, in *PutInput) error

	//retry:reuse in.Body
	Reuse(ctx context.Context, in *PutInput) error

	//retry:fallback spare
	Spare(ctx context.Context, in *PutInput) error

	//retry:hedge after=10ms
	Hedged(ctx context.Context, in *PutInput) (string, error)

	// PutAll has the fields in elements of a parameter.
	PutAll(ctx context.Context, list []*PutInput) error
	PutEach(ctx context.Context, i int, list ...PutInput) error
	PutNamed(ctx context.Context, sets map[string]PutInput) error

	// PutUpload has them in elements of fields.
	PutUpload(ctx context.Context, upload *Upload) error

	//retry:rewind upload.Parts.Body
	//retry:reuse upload.Sets.Body upload.Sources
	DemandAll(ctx context.Context, upload *Upload) error

	Close(in *PutInput) error
}
