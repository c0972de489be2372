package retry_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

// Parts that a reader can be made of.
type (
	plainReader struct{ io.Reader }
	writerTo    struct{ r *strings.Reader }
	seeker      struct{ r *strings.Reader }
)

func (plainReader) Close() error                              { return nil }
func (w writerTo) WriteTo(to io.Writer) (int64, error)        { return w.r.WriteTo(to) }
func (s seeker) Seek(offset int64, whence int) (int64, error) { return s.r.Seek(offset, whence) }

// The wrapped reader has just the methods that the reader has, and they reach it.
func TestKeepReadCloserKeepsMethods(t *testing.T) {
	text := strings.NewReader("some text")
	r := plainReader{struct{ io.Reader }{text}}
	var written bytes.Buffer
	w, to, s := io.Writer(&written), writerTo{text}, seeker{text}
	tests := []struct {
		name   string
		reader io.ReadCloser
	}{
		{"reader", r},
		{"writer", struct {
			plainReader
			io.Writer
		}{r, w}},
		{"to", struct {
			plainReader
			writerTo
		}{r, to}},
		{"seeker", struct {
			plainReader
			seeker
		}{r, s}},
		{"writer, to", struct {
			plainReader
			io.Writer
			writerTo
		}{r, w, to}},
		{"writer, seeker", struct {
			plainReader
			io.Writer
			seeker
		}{r, w, s}},
		{"to, seeker", struct {
			plainReader
			writerTo
			seeker
		}{r, to, s}},
		{"writer, to, seeker", struct {
			plainReader
			io.Writer
			writerTo
			seeker
		}{r, w, to, s}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text.Reset("some text")
			written.Reset()
			m := setup{own: timeouts(time.Hour, 0), lends: true}.method().Method
			got, err := retry.Call(t.Context(), m, func(ctx context.Context) (io.ReadCloser, error) {
				return retry.KeepReadCloser(ctx, tt.reader), nil
			})
			require.NoError(t, err)
			require.NotEqual(t, tt.reader, got)

			gotSeeker, seeks := got.(io.Seeker)
			assert.Equal(t, strings.Contains(tt.name, "seeker"), seeks)
			if seeks {
				n, err := gotSeeker.Seek(5, io.SeekStart)
				assert.NoError(t, err)
				assert.EqualValues(t, 5, n)
			}
			gotWriter, writes := got.(io.Writer)
			assert.Equal(t, strings.Contains(tt.name, "writer"), writes)
			if writes {
				_, err := gotWriter.Write([]byte("sent"))
				assert.NoError(t, err)
				assert.Equal(t, "sent", written.String())
			}
			part := make([]byte, 2)
			n, err := got.Read(part)
			assert.NoError(t, err)
			assert.Equal(t, 2, n)
			gotWriterTo, writesTo := got.(io.WriterTo)
			assert.Equal(t, strings.Contains(tt.name, "to"), writesTo)
			if writesTo {
				var rest bytes.Buffer
				_, err := gotWriterTo.WriteTo(&rest)
				assert.NoError(t, err)
				assert.Contains(t, "me text text", rest.String())
				assert.NotEmpty(t, rest.String())
			}
			assert.NoError(t, got.Close())
		})
	}
}
