package errorin_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/errorin"
	retry "github.com/retrygen/retrygen/runtime"
)

// An odd fails as its reader does. The methods that are not tested only have to compile.
type odd struct {
	reader
	errorin.Odd[int]
	stored int
}

func (o *odd) Store(ctx context.Context, _ io.ReadSeeker) (errorin.Rows, error) {
	return o.Query(ctx, "")
}

func (o *odd) Stored(context.Context, io.ReadSeeker) (errorin.Rows, error) {
	o.stored++
	return nil, nil
}

func (o *odd) Idle() (errorin.Rows, error) { return o.Query(context.Background(), "") }

func (o *odd) Flush(context.Context) error { return errorin.ErrClosed }

func (o *odd) Fields(_ context.Context, in *errorin.Input) (*errorin.IntCmd, string) {
	cmd := new(errorin.IntCmd)
	cmd.SetErr(o.next())
	read, _ := io.ReadAll(in.Body)
	return cmd, string(read)
}

func (o *odd) closed() []int {
	var list []int
	for _, c := range o.cursors {
		list = append(list, c.closed)
	}
	return list
}

// Rows that a fallback replaces are closed once, and so are those before an attempt that
// cannot put its body back.
func TestRowsThatNobodyGets(t *testing.T) {
	tests := []struct {
		name     string
		failures int
		body     io.ReadSeeker
		closed   []int
		stored   int
		err      error
	}{
		{"mended", 1, bytes.NewReader(nil), []int{1, 0}, 0, nil},
		{"replaced", 2, bytes.NewReader(nil), []int{1, 1}, 1, nil},
		{"not put back", 2, once{bytes.NewReader(nil)}, []int{1}, 0, errSeek},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			next := &odd{reader: reader{failures: tt.failures}}
			rows, err := errorin.NewResilientOdd[int](next, nil).Store(t.Context(), tt.body)
			require.ErrorIs(t, err, tt.err)
			assert.Equal(t, tt.closed, next.closed())
			assert.Equal(t, tt.stored, next.stored)
			assert.Equal(t, tt.name == "mended", rows != nil)
		})
	}
}

// A method without a context closes what it throws away, too.
func TestRowsWithoutAContext(t *testing.T) {
	next := &odd{reader: reader{failures: 2}}
	rows, err := errorin.NewResilientOdd[int](next, nil).Idle()
	require.NoError(t, err)
	assert.Equal(t, errDown, rows.Err())
	assert.Equal(t, []int{1, 0}, next.closed())
}

func TestErrorAloneOfACopy(t *testing.T) {
	assert.Equal(t, errorin.ErrClosed, errorin.NewResilientOdd[int](new(odd), nil).Flush(t.Context()))
}

// A field that cannot be put back ends the call before an attempt, with results that say so.
func TestFieldsOfAResultWithoutAnError(t *testing.T) {
	c := errorin.NewResilientOdd[int](&odd{reader: reader{failures: 1}}, nil)
	cmd, text := c.Fields(t.Context(), &errorin.Input{Body: bytes.NewReader([]byte("body"))})
	require.NoError(t, cmd.Err())
	assert.Equal(t, "body", text)

	cmd, text = c.Fields(t.Context(), &errorin.Input{Body: io.NopCloser(nil)})
	require.Error(t, cmd.Err())
	assert.Equal(t, "made", text)
}

// An error by which a call ends that no method has returned is for the hooks as well.
func TestHooksSeeTheErrorInTheResults(t *testing.T) {
	var gaveUp []error
	next := &reader{failures: 9}
	c := errorin.NewResilientReader(next, &retry.Options{Hooks: retry.Hooks{
		GiveUp: func(_ context.Context, e retry.GiveUpEvent) { gaveUp = append(gaveUp, e.Err) },
	}})
	page, err := c.Page(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, errDown, page.Err())
	require.Len(t, gaveUp, 1)
	assert.ErrorIs(t, gaveUp[0], retry.ErrExhausted)
	assert.ErrorIs(t, gaveUp[0], errDown)
}

// fixed returns the same response all the time.
type fixed struct{ errorin.Client }

var response = &http.Response{StatusCode: 200, Body: http.NoBody}

func (fixed) GetUser(context.Context, string, ...errorin.RequestEditor) (*http.Response, error) {
	return response, nil
}

// Without a timeout a stream needs no lease.
func TestResponseAllocatesNothing(t *testing.T) {
	c := errorin.NewResilientClient(fixed{}, nil)
	assert.Zero(t, testing.AllocsPerRun(1000, func() { _, _ = c.GetUser(t.Context(), "7") }))
}
