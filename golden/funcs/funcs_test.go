package funcs

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

const ms = time.Millisecond

var errDown = errors.New("down")

// jobs is done at the third call.
type jobs struct {
	Jobs
	looks int
}

func (j *jobs) look() int { j.looks++; return j.looks }

func (j *jobs) Status(_ context.Context, id string) (*Job, error) {
	return &Job{id, j.look() == 3}, nil
}

func (j *jobs) Drain(context.Context) (int, bool, error) { n := j.look(); return n, n < 3, nil }

func (j *jobs) Wait(context.Context) error {
	if j.look() < 3 {
		return ErrPending
	}
	return nil
}

func (j *jobs) Start(_ context.Context, name string) (string, error) { return name, nil }

func (j *jobs) Names(_ context.Context, running, offline string) (*Job, error) {
	return &Job{ID: running + offline}, nil
}

func TestResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		next := new(jobs)
		client := NewResilientJobs(next, nil)
		job, err := client.Status(t.Context(), "id")
		assert.NoError(t, err)
		assert.Equal(t, &Job{"id", true}, job)
		assert.Equal(t, 20*ms, time.Since(began), "two waits")

		next.looks = 0
		n, left, err := client.Drain(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, 3, n)
		assert.False(t, left)

		next.looks = 0
		assert.NoError(t, client.Wait(t.Context()))
		assert.Equal(t, 3, next.looks)

		job, err = client.Names(t.Context(), "a", "b")
		assert.NoError(t, err)
		assert.Equal(t, "offline", job.ID, "it is never done, and so the fallback is asked")
	})
}

func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := NewResilientJobs(new(jobs), nil)
		refused := 0
		for range 8 {
			if _, err := client.Start(t.Context(), "job"); err != nil {
				assert.ErrorIs(t, err, retry.ErrLimited)
				refused++
			}
		}
		assert.Equal(t, 3, refused, "of eight at once, with a burst of five")
	})
}

// busy is a Jobs with two methods that wait until it is free.
type busy struct {
	Jobs
	free chan struct{}
}

func (b *busy) Status(_ context.Context, id string) (*Job, error) {
	<-b.free
	return &Job{id, true}, nil
}
func (b *busy) Drain(context.Context) (int, bool, error) { <-b.free; return 0, false, nil }
func (b *busy) Wait(context.Context) error               { return nil }
func (b *busy) Start(_ context.Context, name string) (string, error) {
	return name, nil
}

// All methods share the limit of the interface, except the one with its own.
func TestSharedLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &busy{free: make(chan struct{})}
		client := NewResilientJobs(next, nil)
		go func() {
			_, err := client.Status(t.Context(), "id")
			assert.NoError(t, err)
		}()
		go func() {
			_, _, err := client.Drain(t.Context())
			assert.NoError(t, err)
		}()
		synctest.Wait()
		began := time.Now()
		assert.EqualError(t, client.Wait(t.Context()), "Jobs: limit reached: concurrent=2")
		assert.Equal(t, time.Second, time.Since(began), "no place within the wait")
		_, err := client.Start(t.Context(), "job")
		assert.NoError(t, err)
		close(next.free)
		synctest.Wait()
		assert.NoError(t, client.Wait(t.Context()))
	})
}

// reader fails until it is told to succeed.
type reader struct {
	Reader
	keys []string
}

func (r *reader) Get(context.Context, ...string) (string, error) { return "", errDown }

func (r *reader) Cached(_ context.Context, keys ...string) (string, error) {
	r.keys = keys
	return "cached", nil
}

func (r *reader) Put(context.Context, string) error  { return errDown }
func (r *reader) Count(...string) (int, bool, error) { return 0, true, errDown }
func cancelled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestFallbacks(t *testing.T) {
	next := new(reader)
	client := NewResilientReader(next, nil)
	got, err := client.Get(t.Context(), "a", "b")
	assert.NoError(t, err)
	assert.Equal(t, "cached", got)
	assert.Equal(t, []string{"a", "b"}, next.keys)

	assert.Same(t, errDown, client.Put(t.Context(), "value"), "handed on as it is")

	n, exact, err := client.Count("a", "b", "c")
	assert.NoError(t, err)
	assert.Equal(t, 3, n)
	assert.False(t, exact)

	next.keys = nil
	_, err = client.Get(cancelled(t), "a")
	assert.ErrorIs(t, err, context.Canceled)
	assert.Nil(t, next.keys, "a caller who cancels wants no fallback")
}

// uploader reads all of its body, and fails twice.
type uploader struct {
	Uploader
	got []string
}

func (u *uploader) read(bodies ...io.Reader) error {
	for _, body := range bodies {
		content, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		u.got = append(u.got, string(content))
	}
	return errDown
}

func (u *uploader) Put(_ context.Context, body io.ReadSeeker, _ int64) (string, error) {
	err := u.read(body)
	if len(u.got) == 3 {
		return "stored", nil
	}
	return "", err
}

func (u *uploader) Store(_ context.Context, body io.ReadSeeker) (string, error) {
	return "half", u.read(body)
}

func (u *uploader) Join(head, tail io.ReadSeeker) error { return u.read(head, tail) }

func (u *uploader) Send(_ context.Context, body io.Reader) error { return u.read(body) }

func TestRewinds(t *testing.T) {
	next := new(uploader)
	client := NewResilientUploader(next, nil)
	got, err := client.Put(t.Context(), strings.NewReader("body"), 4)
	assert.NoError(t, err)
	assert.Equal(t, "stored", got)
	assert.Equal(t, []string{"body", "body", "body"}, next.got)

	next.got = nil
	head, tail := strings.NewReader("head"), strings.NewReader("tail")
	assert.NoError(t, client.Join(head, tail), "dropped")
	assert.Equal(t, []string{"head", "tail", "head", "tail", "head", "tail"}, next.got)
}

// A fallback gets the rewound body. If it cannot be rewound, there is no fallback.
func TestRewindForFallback(t *testing.T) {
	next := new(uploader)
	client := NewResilientUploader(next, nil)
	body := strings.NewReader("a body")
	_, err := body.Seek(2, io.SeekStart)
	require.NoError(t, err)
	got, err := client.Store(t.Context(), body)
	assert.NoError(t, err)
	assert.Equal(t, "kept body", got)

	got, err = client.Store(t.Context(), pipe{strings.NewReader("body")})
	assert.Equal(t, "half", got, "the results of the call")
	assert.ErrorIs(t, err, errDown)
	assert.ErrorIs(t, err, errNoSeek)

	require.Equal(t, []string{"body", "body"}, next.got, "the breaker is open now")
	got, err = client.Store(t.Context(), pipe{strings.NewReader("body")})
	assert.NoError(t, err, "it is unread and need not be rewound")
	assert.Equal(t, "kept body", got)
	assert.Len(t, next.got, 2)
}

// pipe is an io.Seeker that cannot seek.
type pipe struct{ io.Reader }

var errNoSeek = errors.New("no seek")

func (pipe) Seek(int64, int) (int64, error) { return 0, errNoSeek }

// A later policy cannot repeat a call that uses up its parameter.
func TestOnce(t *testing.T) {
	group := new(retry.Group)
	NewResilientUploader(new(uploader), &retry.Options{Group: group})
	override, err := retry.ParseOverrides("Uploader.Send: simple attempts=2")
	require.NoError(t, err)
	assert.PanicsWithError(t, "retry: Uploader.Send: the call cannot be repeated: the first attempt uses up body, which is an io.Reader", func() {
		NewResilientUploader(new(uploader), &retry.Options{Override: override})
	})
	override, err = retry.ParseOverrides("Uploader.Join: timeout total=1s")
	require.NoError(t, err)
	assert.PanicsWithError(t, "retry: Uploader.Join: a timeout needs a context, and the method has none", func() {
		NewResilientUploader(new(uploader), &retry.Options{Override: override})
	})
}

// Attempts that can never start are refused, whatever the policy comes from.
func TestNeverStarts(t *testing.T) {
	const never = "retry: Uploader.Put: policy: attempt 2 can never start: the delays before it take at least 1s, and the total timeout is 500ms"
	over, err := policy.ParsePatch("simple attempts=3 delay=1s; timeout total=500ms")
	require.NoError(t, err)
	group := new(retry.Group)
	NewResilientUploader(new(uploader), &retry.Options{Group: group})
	assert.EqualError(t, group.SetPolicy("Uploader.Put", over), never)
	assert.PanicsWithError(t, never, func() {
		NewResilientUploader(new(uploader), &retry.Options{
			Override: func(_ policy.Method, p policy.Policy) (policy.Policy, error) { return over.Apply(p) },
		})
	})
}

// slow hangs in the first attempt of each call.
type slow struct {
	Hedged
	calls chan struct{}
}

func (s *slow) late(ctx context.Context) error {
	select {
	case s.calls <- struct{}{}:
		<-ctx.Done()
		return ctx.Err()
	default:
		return nil
	}
}

func (s *slow) None(ctx context.Context, _ string) error { return s.late(ctx) }
func (s *slow) One(ctx context.Context, text string) (string, error) {
	return text, s.late(ctx)
}

func (s *slow) Two(ctx context.Context, text string) (string, int, error) {
	return text, len(text), s.late(ctx)
}
func (s *slow) All(context.Context) (int, bool, error) { return 0, false, errDown }
func (s *slow) Put(context.Context, string) error      { return errDown }

func TestHedges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := make(chan struct{}, 1)
		client := NewResilientHedged(&slow{calls: calls}, nil)
		began := time.Now()
		assert.NoError(t, client.None(t.Context(), ""))
		assert.Equal(t, 10*ms, time.Since(began))

		<-calls
		one, err := client.One(t.Context(), "text")
		assert.NoError(t, err)
		assert.Equal(t, "text", one)

		<-calls
		text, n, err := client.Two(t.Context(), "text")
		assert.NoError(t, err)
		assert.Equal(t, "text", text)
		assert.Equal(t, 4, n)

		_, _, err = client.All(t.Context())
		assert.NoError(t, err, "drained")
		assert.Same(t, errDown, client.Put(t.Context(), ""))
	})
}

// pool has everything.
type pool struct{}

func (pool) Get(_ context.Context, key int) ([]string, bool, error) {
	return []string{"value"}, key == 1, nil
}

func TestGenericHedge(t *testing.T) {
	values, found, err := NewResilientPool[int, string](pool{}, nil).Get(t.Context(), 1)
	assert.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, []string{"value"}, values)
}
