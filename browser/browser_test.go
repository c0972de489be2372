package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patience bounds a test, on a machine that does other things as well.
const patience = 3 * time.Minute

// A tab is a page in a browser. It fails the test if something is loaded from elsewhere than
// allowed, if a script fails, or if the browser complains about the page.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	requests   []string
	complaints []string
}

// chromium is the browser of all tests.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1200, 900))
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	browser, _ := chromedp.NewContext(allocator)
	return browser, chromedp.Do(browser)
})

func TestMain(m *testing.M) {
	status := m.Run()
	if browser, err := chromium(); err == nil {
		_ = chromedp.Cancel(browser)
	}
	os.Exit(status)
}

// newTab opens a tab that may load from the given origins.
func newTab(t *testing.T, origins ...string) *tab {
	t.Helper()
	browser, err := chromium()
	if err != nil && os.Getenv("BROWSER_REQUIRE") == "" {
		t.Skip("this needs the program chromium: ", err)
	}
	require.NoError(t, err)
	tab := &tab{t: t}
	ctx, cancel := chromedp.NewContext(browser)
	require.NoError(t, chromedp.Do(ctx)) // the browser must not end with the timeout
	require.NoError(t, chromedp.Listen(ctx, tab.hear))
	var stop context.CancelFunc
	tab.ctx, stop = context.WithTimeout(ctx, patience)
	send(tab, network.Enable, network.EnableParams{})
	send(tab, log.Enable, cdp.Empty{})
	send(tab, audits.Enable, cdp.Empty{})
	t.Cleanup(func() {
		stop()
		cancel()
		tab.mu.Lock()
		defer tab.mu.Unlock()
		for _, url := range tab.requests {
			from := func(origin string) bool { return strings.HasPrefix(url, origin+"/") }
			assert.True(t, strings.HasPrefix(url, "data:") || anyOf(origins, from), "the page loads %s", url)
		}
		assert.Empty(t, tab.complaints)
	})
	return tab
}

func anyOf(list []string, is func(string) bool) bool {
	for _, s := range list {
		if is(s) {
			return true
		}
	}
	return false
}

// hear notes what the browser reports.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	complain := func(format string, args ...any) { b.complaints = append(b.complaints, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		complain("script: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		complain("console: %s", e.Type)
	case *log.EventEntryAdded:
		if e.Entry.Level != log.EntryLevelVerbose && e.Entry.Level != log.EntryLevelInfo {
			complain("log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *audits.EventIssueAdded:
		complain("issue: %s", e.Issue.Code)
	}
}

// forgive forgets the complaints that have a text in them, for a test that provokes them.
func (b *tab) forgive(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var left []string
	for _, c := range b.complaints {
		if !strings.Contains(c, text) {
			left = append(left, c)
		}
	}
	b.complaints = left
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

// send sends a command of the protocol.
func send[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, command, params)
	require.NoError(b.t, err)
}

// evaluate returns the value of a script.
func evaluate[T any](b *tab, script string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	require.NoError(b.t, err, "%s", script)
	return value
}

// shows waits until an element shows a text, in whatever case, and returns how long that
// took.
func (b *tab) shows(selector, text string) time.Duration {
	b.t.Helper()
	began := time.Now()
	for {
		// While the tab goes to another page, a script fails.
		got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector)))
		if err == nil && strings.Contains(strings.ToLower(got), strings.ToLower(text)) {
			return time.Since(began)
		}
		if time.Since(began) > time.Minute {
			require.NoError(b.t, err, "in %s", selector)
			require.Contains(b.t, got, text, "in %s", selector)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// evaluateAsync is evaluate for a script that returns a promise.
func evaluateAsync[T any](b *tab, script string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, "%s", script)
	return value
}
