package fields_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/fields"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

var errBusy = errors.New("503")

// bucket is an Objects that fails before its last attempts succeed.
type bucket struct {
	fails  int
	bodies []string // that arrived, one for each attempt
	inner  *retry.Method
	calls  int // of inner
}

func (b *bucket) put(ctx context.Context, in *fields.PutInput) error {
	if b.inner != nil {
		_ = b.inner.Do(ctx, func(context.Context) error { b.calls++; return errBusy })
	}
	body := ""
	if in != nil && in.Body != nil {
		data, err := io.ReadAll(in.Body)
		if err != nil {
			return err
		}
		body = string(data)
	}
	b.bodies = append(b.bodies, body)
	if len(b.bodies) <= b.fails {
		return errBusy
	}
	return nil
}

func (b *bucket) Put(ctx context.Context, in *fields.PutInput) (string, error) {
	return "etag", b.put(ctx, in)
}
func (b *bucket) PutValue(ctx context.Context, in fields.PutInput) error { return b.put(ctx, &in) }
func (b *bucket) PutBatch(ctx context.Context, batch fields.Batch) error {
	return b.put(ctx, batch.Put)
}
func (b *bucket) Demand(ctx context.Context, in *fields.PutInput) error { return b.put(ctx, in) }
func (b *bucket) Reuse(ctx context.Context, in *fields.PutInput) error  { return b.put(ctx, in) }
func (b *bucket) Spare(ctx context.Context, in *fields.PutInput) error  { return b.put(ctx, in) }
func (b *bucket) Hedged(ctx context.Context, in *fields.PutInput) (string, error) {
	return "", b.put(ctx, in)
}
func (b *bucket) PutAll(ctx context.Context, list []*fields.PutInput) error {
	return b.put(ctx, list[len(list)-1])
}
func (b *bucket) PutEach(ctx context.Context, _ int, list ...fields.PutInput) error {
	return b.put(ctx, &list[len(list)-1])
}
func (b *bucket) PutNamed(ctx context.Context, sets map[string]fields.PutInput) error {
	return b.put(ctx, &fields.PutInput{Body: sets["name"].Body})
}
func (b *bucket) PutUpload(ctx context.Context, upload *fields.Upload) error {
	if upload.Parts != nil {
		return b.put(ctx, &upload.Parts[0])
	}
	if set := upload.Sets["a"]; set != nil {
		return b.put(ctx, set[0])
	}
	return b.put(ctx, &fields.PutInput{Body: upload.Sources[1]})
}
func (b *bucket) DemandAll(ctx context.Context, upload *fields.Upload) error {
	return b.PutUpload(ctx, upload)
}
func (b *bucket) Close(in *fields.PutInput) error { return b.put(context.Background(), in) }

// pipe is a body that cannot be put back.
func pipe() io.Reader { return io.MultiReader(strings.NewReader("object")) }

// broken is a body that says that it can seek, and cannot.
type broken struct{ io.Reader }

func (broken) Seek(int64, int) (int64, error) { return 0, errors.New("illegal seek") }

// stateless is a body that reads something from elsewhere, once in each test.
type stateless struct{}

var once io.Reader

func (stateless) Read(p []byte) (int, error) { return once.Read(p) }

// Against 503, 503, 200 the whole object is stored, or the call returns an error. An
// empty object is never stored.
func TestPut(t *testing.T) {
	once = pipe()
	halfway := strings.NewReader("an object")
	_, err := halfway.Seek(3, io.SeekStart)
	require.NoError(t, err)
	tests := []struct {
		name string
		body io.Reader
		want []string
		err  error
	}{
		{"seeker", strings.NewReader("object"), []string{"object", "object", "object"}, nil},
		{"a seeker that stood elsewhere", halfway, []string{"object", "object", "object"}, nil},
		{"no seeker", pipe(), []string{"object"}, errBusy},
		{"a seeker that cannot", broken{pipe()}, []string{"object"}, errBusy},
		{"nil", nil, []string{"", "", ""}, nil},
		{"no body", http.NoBody, []string{"", "", ""}, nil},
		{"stateless", stateless{}, []string{"object"}, errBusy},
		{"nil in an interface", (*strings.Reader)(nil), nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &bucket{fails: 2}
				if tt.name == "nil in an interface" {
					_, err := fields.NewResilientObjects(nobody{}, nil).Put(t.Context(), &fields.PutInput{Body: tt.body})
					require.NoError(t, err)
					return
				}
				etag, err := fields.NewResilientObjects(next, nil).Put(t.Context(), &fields.PutInput{Body: tt.body})
				assert.ErrorIs(t, err, tt.err)
				assert.Equal(t, "etag", etag)
				assert.Equal(t, tt.want, next.bodies)
			})
		})
	}
}

// nobody does not look at its input.
type nobody struct{ fields.Objects }

func (nobody) Put(context.Context, *fields.PutInput) (string, error) { return "", nil }

// Inputs without a context, by value and nested are looked at too, and may be nil.
func TestOtherInputs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seeker := func() io.Reader { return strings.NewReader("object") }
		puts := map[string]func(fields.Objects, io.Reader) error{
			"value": func(o fields.Objects, b io.Reader) error { return o.PutValue(t.Context(), fields.PutInput{Body: b}) },
			"nested": func(o fields.Objects, b io.Reader) error {
				return o.PutBatch(t.Context(), fields.Batch{Put: &fields.PutInput{Body: b}})
			},
			"no context": func(o fields.Objects, b io.Reader) error { return o.Close(&fields.PutInput{Body: b}) },
		}
		for name, put := range puts {
			next := &bucket{fails: 2}
			require.NoError(t, put(fields.NewResilientObjects(next, nil), seeker()), name)
			assert.Equal(t, []string{"object", "object", "object"}, next.bodies, name)
			next = &bucket{fails: 2}
			require.ErrorIs(t, put(fields.NewResilientObjects(next, nil), pipe()), errBusy, name)
			assert.Len(t, next.bodies, 1, name)
		}

		next := &bucket{fails: 2}
		_, err := fields.NewResilientObjects(next, nil).Put(t.Context(), nil)
		require.NoError(t, err)
		next = &bucket{fails: 2}
		require.NoError(t, fields.NewResilientObjects(next, nil).PutBatch(t.Context(), fields.Batch{Done: make(chan struct{})}))
		assert.Len(t, next.bodies, 3)
		next = &bucket{fails: 2}
		require.Error(t, fields.NewResilientObjects(next, nil).PutBatch(t.Context(), fields.Batch{Ticks: make(chan int)}))
		assert.Len(t, next.bodies, 1)
	})
}

// Fields of the elements of lists and maps are looked at too.
func TestElements(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		puts := map[string]func(fields.Objects, io.Reader) error{
			"list": func(o fields.Objects, b io.Reader) error {
				return o.PutAll(t.Context(), []*fields.PutInput{nil, {}, {Body: b}})
			},
			"variadic": func(o fields.Objects, b io.Reader) error {
				return o.PutEach(t.Context(), 1, fields.PutInput{}, fields.PutInput{Body: b})
			},
			"map": func(o fields.Objects, b io.Reader) error {
				return o.PutNamed(t.Context(), map[string]fields.PutInput{"name": {Body: b}})
			},
			"list in a struct": func(o fields.Objects, b io.Reader) error {
				return o.PutUpload(t.Context(), &fields.Upload{Parts: []fields.PutInput{{Body: b}}})
			},
			"lists in a map": func(o fields.Objects, b io.Reader) error {
				return o.PutUpload(t.Context(), &fields.Upload{Sets: map[string][]*fields.PutInput{"a": {{Body: b}, nil}, "b": nil}})
			},
			"readers": func(o fields.Objects, b io.Reader) error {
				return o.PutUpload(t.Context(), &fields.Upload{Sources: [2]io.Reader{nil, b}})
			},
		}
		for name, put := range puts {
			next := &bucket{fails: 2}
			require.NoError(t, put(fields.NewResilientObjects(next, nil), strings.NewReader("object")), name)
			assert.Equal(t, []string{"object", "object", "object"}, next.bodies, name)
			next = &bucket{fails: 2}
			require.ErrorIs(t, put(fields.NewResilientObjects(next, nil), pipe()), errBusy, name)
			assert.Equal(t, []string{"object"}, next.bodies, name)
			next = &bucket{fails: 2}
			require.NoError(t, put(fields.NewResilientObjects(next, nil), nil), name)
			assert.Len(t, next.bodies, 3, name)
		}

		next := &bucket{fails: 2}
		client := fields.NewResilientObjects(next, nil)
		upload := &fields.Upload{Parts: []fields.PutInput{{Body: strings.NewReader("object")}, {Body: pipe()}}}
		require.ErrorContains(t, client.DemandAll(t.Context(), upload), "rewind upload.Parts.Body: it is not an io.Seeker")
		assert.Empty(t, next.bodies)
	})
}

// rewind makes a demand of it, and reuse lifts it.
func TestWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &bucket{fails: 2}
		client := fields.NewResilientObjects(next, nil)
		require.ErrorContains(t, client.Demand(t.Context(), &fields.PutInput{Body: pipe()}), "rewind in.Body: it is not an io.Seeker")
		assert.Empty(t, next.bodies)
		require.NoError(t, client.Demand(t.Context(), &fields.PutInput{Body: strings.NewReader("object")}))
		assert.Equal(t, []string{"object", "object", "object"}, next.bodies)

		next = &bucket{fails: 2}
		require.NoError(t, fields.NewResilientObjects(next, nil).Reuse(t.Context(), &fields.PutInput{Body: pipe()}))
		assert.Equal(t, []string{"object", "", ""}, next.bodies)
	})
}

// The fallback gets a body that can be put back, and is not called with another one.
func TestFallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &bucket{fails: 10}
		client := fields.NewResilientObjects(next, nil)
		body := strings.NewReader("object")
		require.NoError(t, client.Spare(t.Context(), &fields.PutInput{Body: body}))
		assert.Zero(t, body.Len(), "the fallback has read it")
		assert.Equal(t, []string{"object", "object", "object"}, next.bodies)
		require.ErrorIs(t, client.Spare(t.Context(), &fields.PutInput{Body: pipe()}), errBusy)
		assert.Len(t, next.bodies, 4)
	})
}

// A call whose fallback must not have the body ends for the hooks, too.
func TestHooksWithoutAFallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []retry.CallEvent
		client := fields.NewResilientObjects(&bucket{fails: 10}, &retry.Options{Hooks: retry.Hooks{
			CallDone: func(_ context.Context, e retry.CallEvent) { calls = append(calls, e) },
		}})
		require.ErrorIs(t, client.Spare(t.Context(), &fields.PutInput{Body: pipe()}), errBusy)
		require.NoError(t, client.Spare(t.Context(), &fields.PutInput{Body: strings.NewReader("object")}))
		require.Len(t, calls, 2)
		assert.False(t, calls[0].FallbackUsed)
		assert.Equal(t, 1, calls[0].Attempts)
		assert.True(t, calls[1].FallbackUsed)
	})
}

// A hedged call with a body makes one attempt.
func TestHedged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &bucket{fails: 2}
		_, err := fields.NewResilientObjects(next, nil).Hedged(t.Context(), &fields.PutInput{Body: strings.NewReader("object")})
		require.ErrorIs(t, err, errBusy)
		assert.Len(t, next.bodies, 1)
		next = &bucket{fails: 2}
		_, err = fields.NewResilientObjects(next, nil).Hedged(t.Context(), &fields.PutInput{})
		require.NoError(t, err)
		assert.Len(t, next.bodies, 3)
		next = &bucket{fails: 2}
		_, err = fields.NewResilientObjects(next, nil).Hedged(t.Context(), &fields.PutInput{Body: http.NoBody})
		require.NoError(t, err)
		assert.Len(t, next.bodies, 3, "no body is as good as nil")
	})
}

// What the method calls inside its only attempt may be retried.
func TestCallsInsideMayRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := policy.Parse("simple attempts=3 delay=1ms")
		require.NoError(t, err)
		next := &bucket{inner: retry.NewWrapper("Inner", policy.Policy{}, nil).Method("Token", retry.MethodSpec{Policy: p})}
		_, err = fields.NewResilientObjects(next, nil).Put(t.Context(), &fields.PutInput{Body: pipe()})
		require.NoError(t, err)
		assert.Equal(t, 3, next.calls)
	})
}

// A call with nothing to put back allocates nothing for it.
func TestNilIsFree(t *testing.T) {
	client := fields.NewResilientObjects(nobody{}, nil)
	in := new(fields.PutInput)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = client.Put(t.Context(), in) }))
}
