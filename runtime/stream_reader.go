package retry

import (
	"context"
	"io"
	"runtime"
)

// KeepReadCloser is for generated code. It is [Keep] for a reader. The context ends when the
// reader is closed, or collected without that. The result implements io.Writer,
// io.WriterTo and io.Seeker if the reader does: a program writes to the body of a response
// that switches protocols.
func KeepReadCloser(ctx context.Context, reader io.ReadCloser) io.ReadCloser {
	if l := leaseFor(ctx, reader); l != nil {
		// The Hold must not lead to the reader: the body of a response leads to the
		// response, and so to what heldReader returns, which would never be collected.
		return heldReader(reader, l.hold(reader))
	}
	return reader
}

// heldReader returns a reader that has the same ones of the three methods.
func heldReader(reader io.ReadCloser, h *Hold) io.ReadCloser {
	r := &readCloser{reader, h}
	if !inBubble() {
		runtime.AddCleanup(r, (*Hold).Release, h)
	}
	_, writes := reader.(io.Writer)
	_, writesTo := reader.(io.WriterTo)
	_, seeks := reader.(io.Seeker)
	switch {
	case writes && writesTo && seeks:
		return struct {
			*readCloser
			heldWriter
			heldWriterTo
			heldSeeker
		}{r, heldWriter{r}, heldWriterTo{r}, heldSeeker{r}}
	case writes && writesTo:
		return struct {
			*readCloser
			heldWriter
			heldWriterTo
		}{r, heldWriter{r}, heldWriterTo{r}}
	case writes && seeks:
		return struct {
			*readCloser
			heldWriter
			heldSeeker
		}{r, heldWriter{r}, heldSeeker{r}}
	case writesTo && seeks:
		return struct {
			*readCloser
			heldWriterTo
			heldSeeker
		}{r, heldWriterTo{r}, heldSeeker{r}}
	case writes:
		return struct {
			*readCloser
			heldWriter
		}{r, heldWriter{r}}
	case writesTo:
		return struct {
			*readCloser
			heldWriterTo
		}{r, heldWriterTo{r}}
	case seeks:
		return struct {
			*readCloser
			heldSeeker
		}{r, heldSeeker{r}}
	}
	return r
}

// readCloser is a reader that holds the context it needs. Each of its methods keeps it
// alive to the end, because the running call may be its last use, and the context ends
// when it is collected.
type readCloser struct {
	reader io.ReadCloser
	hold   *Hold
}

func (r *readCloser) Read(p []byte) (int, error) {
	defer runtime.KeepAlive(r)
	return r.reader.Read(p)
}

// Close closes the reader, and then ends the context.
func (r *readCloser) Close() error {
	defer r.hold.Release()
	return r.reader.Close()
}

// heldWriter, heldWriterTo and heldSeeker are the methods that a reader may have besides.
type (
	heldWriter   struct{ r *readCloser }
	heldWriterTo struct{ r *readCloser }
	heldSeeker   struct{ r *readCloser }
)

func (h heldWriter) Write(p []byte) (int, error) {
	defer runtime.KeepAlive(h.r)
	return h.r.reader.(io.Writer).Write(p)
}

func (h heldWriterTo) WriteTo(w io.Writer) (int64, error) {
	defer runtime.KeepAlive(h.r)
	return h.r.reader.(io.WriterTo).WriteTo(w)
}

func (h heldSeeker) Seek(offset int64, whence int) (int64, error) {
	defer runtime.KeepAlive(h.r)
	return h.r.reader.(io.Seeker).Seek(offset, whence)
}
