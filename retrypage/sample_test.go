package retrypage

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	retry "github.com/retrygen/retrygen/runtime"
)

// counted returns Config.Groups that counts how often it is asked.
func counted(groups ...*retry.Group) (func() []*retry.Group, *atomic.Int64) {
	n := new(atomic.Int64)
	return func() []*retry.Group { n.Add(1); return groups }, n
}

// Nothing is sampled before somebody looks, nor long after. The bubble fails the test if a
// goroutine is left.
func TestSamplingEndsWhenNobodyLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group, _ := payments(t)
		groups, asked := counted(group)
		page := pageOf(t, Config{Groups: groups})
		time.Sleep(time.Hour)
		assert.Zero(t, asked.Load())

		get(t, page, "/")
		time.Sleep(10 * time.Second)
		assert.InDelta(t, 20, asked.Load(), 2, "twice a second")
		time.Sleep(time.Hour)
		assert.InDelta(t, 60, asked.Load(), 3, "for half a minute")

		get(t, page, "/snapshot.json")
		time.Sleep(time.Hour)
		assert.InDelta(t, 120, asked.Load(), 6, "once more")
	})
}

// With Config.History, sampling goes on until Close. A page that is closed can be read.
func TestHistorySamplesUntilClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group, _ := payments(t)
		groups, asked := counted(group)
		page := pageOf(t, Config{Groups: groups, History: true, Every: time.Second})
		time.Sleep(time.Hour + time.Millisecond)
		assert.EqualValues(t, 3601, asked.Load())
		page.Close()
		page.Close()
		time.Sleep(time.Hour)
		assert.EqualValues(t, 3601, asked.Load())
		assert.Equal(t, http.StatusOK, get(t, page, "/").Code)
		assert.Equal(t, http.StatusServiceUnavailable, get(t, page, "/events").Code)
		time.Sleep(time.Hour)
		assert.EqualValues(t, 3602, asked.Load())
	})
}

// Many readers cost no more than one.
func TestReadersShareASample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group, _ := payments(t)
		groups, asked := counted(group)
		page := pageOf(t, Config{Groups: groups})
		get(t, page, "/")
		synctest.Wait()
		before := asked.Load()
		for range 100 {
			get(t, page, "/")
		}
		assert.Equal(t, before, asked.Load())
	})
}

// The page switches counting on once, so that a program can switch it off again.
func TestCounting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group, charge := payments(t)
		page := pageOf(t, Config{Groups: Groups(group), Counting: true})
		assert.Contains(t, get(t, page, "/").Body.String(), "no call has ended yet")
		fail(t, charge, 1)
		time.Sleep(time.Second)
		assert.Contains(t, get(t, page, "/").Body.String(), "<b>1</b> calls")
		group.SetCounting(false)
		time.Sleep(time.Second)
		assert.Contains(t, get(t, page, "/").Body.String(), "Calls are not counted")
	})
}

// Groups come and go. What the page remembers of those that have left goes, too.
func TestGroupsComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, _ := payments(t)
		two, _ := payments(t)
		var groups []*retry.Group
		page := pageOf(t, Config{Groups: func() []*retry.Group { return groups }})
		assert.Contains(t, get(t, page, "/").Body.String(), "No dependency to show")
		page.Close() // from now on, only this goroutine asks for groups
		for _, groups = range [][]*retry.Group{{one}, {one, two, two, nil}, {two}} {
			v := page.observe()
			assert.Len(t, v.Dependencies, len(page.known))
		}
		assert.Equal(t, "d2", page.observe().Dependencies[0].ID)
		groups = []*retry.Group{one, two}
		v := page.observe()
		assert.Equal(t, "d3 Payments d2 Payments #2", v.Dependencies[0].ID+" "+v.Dependencies[0].Name+" "+v.Dependencies[1].ID+" "+v.Dependencies[1].Name)
	})
}

// The worst dependency comes first.
func TestOrder(t *testing.T) {
	good, _ := payments(t)
	good.Name = "a"
	poor := &retry.Group{Name: "b"}
	fail(t, clientOf(t, poor, "Search", "Query", "breaker failures=1", "simple attempts=1"), 1)
	v := pageOf(t, Config{Groups: Groups(good, poor)}).observe()
	assert.Equal(t, "b a", v.Dependencies[0].Name+" "+v.Dependencies[1].Name)
	assert.Equal(t, "1 of 2 dependencies fails", v.Verdict)
	assert.Equal(t, bad, v.Level)
	assert.Equal(t, "✕ 1 of 2 dependencies fails · retry", v.TabTitle())
}

// A recorder is a ResponseWriter that a stream can be read from while it is written.
type recorder struct {
	*httptest.ResponseRecorder
	lines chan string
}

func (r *recorder) Write(b []byte) (int, error) {
	r.lines <- string(b)
	return len(b), nil
}

func (r *recorder) Flush() {}

// watch opens a stream. The func that it returns waits until the stream has ended.
func watch(t *testing.T, page *Page) (*recorder, context.CancelFunc, func()) {
	t.Helper()
	w := &recorder{httptest.NewRecorder(), make(chan string, 100)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		page.ServeHTTP(w, request(t, http.MethodGet, "/events", nil).WithContext(ctx))
	}()
	return w, cancel, func() { <-ended }
}

// A stream sends all parts once, then those that change, and something now and then.
func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group, charge := payments(t)
		page := pageOf(t, Config{Groups: Groups(group), Counting: true})
		w, cancel, ended := watch(t, page)
		assert.Equal(t, "retry: 2000\n\n", <-w.lines)
		first := <-w.lines
		for _, part := range []string{`"verdict"`, `"d1-head"`, `"d1-gauges"`, `"d1-traffic"`, `"d1-methods"`, `"structure"`} {
			assert.Contains(t, first, part)
		}
		time.Sleep(2*time.Second - time.Millisecond)
		for range len(w.lines) {
			assert.NotContains(t, <-w.lines, `"d1-head"`, "it has not changed")
		}
		began := time.Now()
		fail(t, charge, 1)
		for !strings.Contains(<-w.lines, "calls are refused") {
		}
		assert.LessOrEqual(t, time.Since(began), 500*time.Millisecond)
		time.Sleep(20 * time.Second)
		alive := false
		for range len(w.lines) {
			line := <-w.lines
			alive = alive || line == ": alive\n\n"
			assert.True(t, strings.HasSuffix(line, "\n\n"))
		}
		assert.True(t, alive)
		cancel()
		ended()
		assert.Zero(t, page.streams)
		time.Sleep(time.Hour)
		page.mu.Lock()
		defer page.mu.Unlock()
		assert.False(t, page.sampling)
	})
}

// There are only so many streams, and each place is free again afterwards. Close ends them.
func TestStreamsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := pageOf(t, Config{Streams: 2})
		_, cancel, oneEnded := watch(t, page)
		_, _, twoEnded := watch(t, page)
		synctest.Wait()
		w := get(t, page, "/events")
		assert.Equal(t, http.StatusServiceUnavailable, w.Code)
		assert.Equal(t, "10", w.Header().Get("Retry-After"))
		cancel()
		oneEnded()
		three, _, threeEnded := watch(t, page)
		assert.Equal(t, "retry: 2000\n\n", <-three.lines)
		assert.Equal(t, "text/event-stream", three.Header().Get("Content-Type"))
		page.Close()
		twoEnded()
		threeEnded()
	})
}

// A reader that is gone ends its stream.
func TestStreamOfAReaderThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := pageOf(t, Config{})
		page.ServeHTTP(absent{httptest.NewRecorder()}, request(t, http.MethodGet, "/events", nil))
		assert.Zero(t, page.streams)
	})
}

type absent struct{ *httptest.ResponseRecorder }

func (absent) Write([]byte) (int, error) { return 0, http.ErrHandlerTimeout }

// A stream outlives the server's WriteTimeout, and Shutdown does not wait for it if Close is
// registered.
func TestStreamOnAServer(t *testing.T) {
	group, _ := payments(t)
	page := pageOf(t, Config{Groups: Groups(group), Every: leastEvery})
	server := httptest.NewUnstartedServer(page)
	server.Config.WriteTimeout = 200 * time.Millisecond
	server.Config.RegisterOnShutdown(page.Close)
	server.Start()
	defer server.Close()
	r, err := http.Get(server.URL + "/events")
	require.NoError(t, err)
	defer r.Body.Close()
	began := time.Now()
	buffer := make([]byte, 1<<16)
	for time.Since(began) < time.Second {
		_, err := r.Body.Read(buffer)
		require.NoError(t, err)
	}
	require.NoError(t, server.Config.Shutdown(t.Context()))
}

// BenchmarkSample is what each sample costs a group of four methods.
func BenchmarkSample(b *testing.B) {
	page := benchmarked(b)
	for b.Loop() {
		page.measure()
	}
}

// BenchmarkFrame is what each sample costs it beyond that while a stream is open.
func BenchmarkFrame(b *testing.B) {
	page := benchmarked(b)
	seen := page.measure()
	for b.Loop() {
		frameOf(page.viewOf(seen))
	}
}

// benchmarked returns a page with one group of four methods.
func benchmarked(b *testing.B) *Page {
	group := new(retry.Group)
	for _, method := range []string{"Get", "Put", "List", "Delete"} {
		m := clientOf(b, group, "Client", method, "breaker failures=100; budget; limit concurrent=10", "exponential-jitter attempts=2 base=1us max=2us; timeout total=1s")
		group.SetCounting(true)
		fail(b, m, 8)
	}
	return pageOf(b, Config{Groups: Groups(group), ShowErrors: true})
}
