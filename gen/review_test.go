package gen_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/grammar"
)

// An adviceCase is an interface with one method, and the advice that it gets.
type adviceCase struct {
	why        string
	directives string // separated by semicolons
	method     string // "": Get(ctx context.Context) error
	want       string // codes
}

// quiet are directives that get no advice.
const quiet = "exponential-jitter attempts=3 base=10ms; timeout attempt=1s total=5s"

var adviceCases = []adviceCase{
	{"retries with jitter and timeouts", quiet, "", ""},

	{"a write", quiet, "Charge(ctx context.Context) error", "unsafe-retry"},
	{"its first word is another one", quiet, "Address(ctx context.Context) error", ""},
	{"the first word ends where another begins", quiet, "PostgresVersion(ctx context.Context) error", ""},
	{"a word in capitals", quiet, "POSTForm(ctx context.Context) error", "unsafe-retry"},
	{"an unexported method", quiet, "send(ctx context.Context) error", "unsafe-retry"},
	{"a key", quiet + "; idempotency-key", "Charge(ctx context.Context) error", ""},
	{"only errors without an effect", quiet + "; on unsent throttled", "Charge(ctx context.Context) error", ""},
	{"other errors too", quiet + "; on unsent timeout", "Charge(ctx context.Context) error", "unsafe-retry"},
	{"an error that the user has chosen", quiet + "; on errOwn", "Charge(ctx context.Context) error", ""},
	{"an error of a library without an effect", quiet + "; on driver.ErrBadConn", "Charge(ctx context.Context, o *sql.TxOptions) error", ""},
	{"a parameter is the key", quiet, "Charge(ctx context.Context, idempotencyKey string) error", ""},
	{"a field is the key", quiet, "Charge(ctx context.Context, o *Order) error", ""},
	{"a request has rules of its own", quiet, "Send(r *http.Request) error", ""},
	{"one attempt", "timeout attempt=1s", "Charge(ctx context.Context) error", ""},
	{"setting twice is setting once", quiet, "SetLimit(ctx context.Context, n int) error", ""},

	{"a write is hedged", "hedge after=50ms; timeout attempt=1s", "Create(ctx context.Context, n int) (int, error)", "unsafe-hedge"},
	{"a late copy overwrites", "hedge after=50ms; timeout attempt=1s", "Put(ctx context.Context, n int) (int, error)", "unsafe-hedge"},
	{"a read is hedged", "hedge after=50ms; timeout attempt=1s", "Get(ctx context.Context, n int) (int, error)", ""},
	{"a hedge with a key", "hedge after=50ms; timeout attempt=1s; idempotency-key", "Create(ctx context.Context, n int) (int, error)", ""},

	{"a breaker without a timeout", "breaker", "", "blind-breaker"},
	{"a breaker for slow attempts does not see a hang either", "breaker slow=1s slow-rate=50%", "", "blind-breaker"},
	{"a total timeout ends a hang", "breaker; timeout total=1s", "", ""},
	{"a method without a context cannot have a timeout", "breaker", "Get() error", ""},
	{"it waits for messages", "breaker", "NextMsg(ctx context.Context) (int, error)", ""},

	{"retries without an attempt timeout", "exponential-jitter attempts=3; timeout total=5s", "", "no-timeout"},
	{"no timeout at all", "exponential-jitter attempts=3", "", "no-timeout"},
	{"a copy instead of a retry, with a total timeout", "hedge after=50ms; timeout total=1s", "Get(ctx context.Context, n int) (int, error)", ""},
	{"one attempt with a total timeout", "timeout total=5s; limit concurrent=3", "", ""},
	{"no context, so nothing can end", "exponential-jitter attempts=3", "Get() error", ""},
	{"one local attempt", "limit concurrent=3", "", ""},
	{"one attempt of a client", "limit concurrent=3", "Get(ctx context.Context, o func(*s3.Options)) error", "no-timeout"},

	{"a client that retries", quiet, "Get(ctx context.Context, o func(*s3.Options)) error", "double-retry"},
	{"one attempt of a client that retries", "timeout attempt=1s", "Get(ctx context.Context, o func(*s3.Options)) error", ""},

	{"no budget", quiet + "; budget off", "", "no-budget"},
	{"a budget of its own", quiet + "; budget burst=5", "", ""},
	{"no retries, no budget", "timeout attempt=1s; budget off", "", ""},

	{"fixed delays", "simple attempts=3 delay=10ms; timeout attempt=1s", "", "no-jitter"},
	{"no delays", "simple attempts=3 delay=0s; timeout attempt=1s", "", "no-jitter"},
	{"exponential delays", "exponential attempts=3; timeout attempt=1s", "", "no-jitter"},
	{"jitter without a range", "linear-jitter attempts=3 spread=0%; timeout attempt=1s", "", "no-jitter"},
	{"polls are not in step", "simple attempts=3 delay=10ms; timeout attempt=1s; result pending", "Get(ctx context.Context) (int, error)", ""},
	{"one attempt has no delay", "simple attempts=1; timeout attempt=1s", "", ""},

	{"a short window", "breaker rate=50% window=3s; timeout attempt=2s", "", "short-window"},
	{"a window of two timeouts", "breaker rate=50% window=4s; timeout attempt=2s", "", ""},
	{"a window of calls", "breaker rate=50% window=100; timeout attempt=2s", "", ""},
	{"a breaker without a window", "breaker failures=5; timeout attempt=1h", "", ""},

	{"the class says it", quiet + "; not sql.ErrNoRows", "Get(ctx context.Context) (*sql.Rows, error)", "redundant-name"},
	{"the class says something else", quiet + "; not sql.ErrConnDone", "Get(ctx context.Context) (*sql.Rows, error)", ""},
	{"another word covers it", quiet + "; on transient unsent", "", "redundant-name"},
	{"no word covers it", quiet + "; on unsent", "", ""},
	{"transient covers what was not sent", quiet + "; on transient driver.ErrBadConn", "Get(ctx context.Context) (*sql.Rows, error)", "redundant-name"},
	{"a func of the user decides first", quiet + "; not sql.ErrNoRows; classify classOf", "Get(ctx context.Context) (*sql.Rows, error)", ""},
	{"an error of the user", quiet + "; not errOwn", "", ""},

	{"a library without a row", quiet, "Get(ctx context.Context, q *wire.Query) error", "no-library"},
	{"the user sorts its errors", quiet + "; classify classOf", "Get(ctx context.Context, q *wire.Query) error", ""},
	{"types only", quiet, "Get(ctx context.Context, id plain.ID) error", ""},
	{"one attempt that nothing counts", "timeout attempt=1s", "Get(ctx context.Context, q *wire.Query) error", ""},

	{"silenced", quiet + "; budget off; allow no-budget there is one process", "", ""},
	{"another code is silenced", quiet + "; allow no-budget there is one process", "", "unused-allow"},
}

// Each kind of advice has a case that it is given for and one that it is not given for.
func TestAdvice(t *testing.T) {
	cases := adviceModule(t, adviceCases)
	reviewed := reviewOf(t, cases, gen.Question{})
	seen := make(map[string]bool)
	for i, c := range adviceCases {
		t.Run(c.why, func(t *testing.T) {
			var codes []string
			for _, a := range reviewed[caseName(i)].Advice {
				codes = append(codes, a.Code)
				assert.NotEmpty(t, a.Reason)
				assert.NotEmpty(t, a.Source)
				assert.NotEmpty(t, a.Write)
				assert.NotZero(t, a.Pos.Column)
				seen[a.Code] = true
			}
			assert.Equal(t, c.want, strings.Join(codes, " "))
		})
	}
	for _, a := range grammar.Advices {
		asked := []string{grammar.AdviceLargeBurst, grammar.AdviceFewCalls, grammar.AdviceLongCooldown}
		assert.True(t, seen[a.Code] || slices.Contains(asked, a.Code), "no case for %s", a.Code)
	}
}

func TestReviewPageListsAdvice(t *testing.T) {
	page, err := os.ReadFile("../docs/review.md")
	require.NoError(t, err)
	for _, a := range append(slices.Clone(grammar.Advices), grammar.Advice{Code: grammar.AdviceUnusedAllow}) {
		assert.Contains(t, string(page), "\n| `"+a.Code+"` |")
	}
}

// A library may be behind an interface whose signatures do not show it: the package imports it.
func TestAdviceAboutHiddenLibraries(t *testing.T) {
	dir := adviceModule(t, nil)
	write(t, filepath.Join(dir, "mysql", "go.mod"), "module github.com/go-sql-driver/mysql\n\ngo 1.26.0\n")
	write(t, filepath.Join(dir, "mysql", "code.go"), "package mysql\n\ntype MySQLError struct{ Number uint16 }\n\nfunc (*MySQLError) Error() string { return \"\" }\n\nvar ErrInvalidConn error\n")
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	write(t, filepath.Join(dir, "go.mod"), string(mod)+"\nrequire github.com/go-sql-driver/mysql v1.0.0\n\nreplace github.com/go-sql-driver/mysql => ./mysql\n")
	for _, c := range []struct{ why, imports, directives, result, want string }{
		{"a driver that a directive can name", "github.com/go-sql-driver/mysql", "", "error", "no-library"},
		{"the directive names it", "github.com/go-sql-driver/mysql", "library mysql", "error", ""},
		{"the directive says that it does not matter", "github.com/go-sql-driver/mysql", "library off", "error", ""},
		{"a client that no row covers", "example.com/wire", "", "error", "no-library"},
		{"types only", "example.com/plain", "", "error", ""},
		{"what generated code imports", "github.com/retrygen/retrygen/runtime", "", "error", ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			text := "package store\n\nimport (\n\t\"context\"\n\n\t_ \"" + c.imports + "\"\n)\n\n"
			for d := range strings.SplitSeq(quiet+"; "+c.directives, "; ") {
				if d != "" {
					text += "//retry:" + d + "\n"
				}
			}
			write(t, filepath.Join(dir, "store", "store.go"), text+"type Store interface {\n\tGet(ctx context.Context) "+c.result+"\n}\n")
			reviewed, err := gen.Review(t.Context(), gen.Config{Dir: dir, Patterns: []string{"./store"}}, gen.Question{})
			require.NoError(t, err)
			var codes []string
			for _, a := range reviewed.Interfaces[0].Advice {
				codes = append(codes, a.Code)
			}
			assert.Equal(t, c.want, strings.Join(codes, " "))
		})
	}
}

// What depends on the traffic and on the callers is advice only if a person says them.
func TestAdviceAboutTraffic(t *testing.T) {
	const ctx = "Get(ctx context.Context) error"
	dir := adviceModule(t, []adviceCase{
		{"the default budget", quiet, ctx, ""},
		{"a small burst", quiet + "; budget burst=2", ctx, ""},
		{"a window", "timeout attempt=1s; breaker rate=50% min=20 window=10s", ctx, ""},
		{"a long cooldown", "timeout attempt=1s; breaker cooldown=30s", ctx, ""},
		{"a cooldown that grows", "timeout attempt=1s; breaker cooldown=2s max-cooldown=1m", ctx, ""},
		{"no timeout", "breaker cooldown=1s", ctx, ""},
		{"allowed in case that it comes up", quiet + "; allow large-burst the quota is ours", ctx, ""},
	})
	for _, c := range []struct {
		why   string
		q     gen.Question
		codes [7]string
	}{
		{"nothing is known", gen.Question{}, [7]string{5: "blind-breaker"}},
		{"much traffic", gen.Question{Rate: 1000, Latency: time.Millisecond}, [7]string{5: "blind-breaker", 6: "unused-allow"}},
		{
			"many processes share little traffic", gen.Question{Rate: 20, Processes: 80, Latency: time.Millisecond},
			[7]string{0: "large-burst", 2: "few-calls", 5: "blind-breaker"},
		},
		{"impatient callers", gen.Question{Deadline: 2 * time.Second}, [7]string{3: "long-cooldown", 2: "long-cooldown"}},
	} {
		t.Run(c.why, func(t *testing.T) {
			reviewed := reviewOf(t, dir, c.q)
			for i, want := range c.codes {
				var codes []string
				for _, a := range reviewed[caseName(i)].Advice {
					codes = append(codes, a.Code)
				}
				assert.Equal(t, want, strings.Join(codes, " "), "case %d", i)
			}
		})
	}
}

func caseName(i int) string { return fmt.Sprintf("Case%02d", i) }

func reviewOf(t *testing.T, dir string, q gen.Question) map[string]gen.ReviewedInterface {
	t.Helper()
	reviewed, err := gen.Review(t.Context(), gen.Config{Dir: dir}, q)
	require.NoError(t, err)
	byName := make(map[string]gen.ReviewedInterface)
	for _, iface := range reviewed.Interfaces {
		byName[iface.Name] = iface
	}
	return byName
}

// adviceModule writes a module with an interface for each case, and with stand-ins for the
// libraries that they show.
func adviceModule(t *testing.T, cases []adviceCase) string {
	t.Helper()
	dir := newModule(t)
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	for path, file := range map[string]string{
		"github.com/aws/aws-sdk-go-v2": "package s3\n\ntype Options struct{}\n",
		"example.com/wire":             "package wire\n\nimport (\n\t\"context\"\n\t\"errors\"\n)\n\nvar ErrNone = errors.New(\"none\")\n\ntype Query struct{}\n\nfunc (*Query) Run(context.Context) error { return ErrNone }\n",
		"example.com/plain":            "package plain\n\nimport \"errors\"\n\nvar ErrBad = errors.New(\"bad\")\n\ntype ID string\n",
	} {
		name := path[strings.LastIndexByte(path, '/')+1:]
		below := map[string]string{"aws-sdk-go-v2": "service/s3"}[name]
		mod = fmt.Appendf(mod, "\nrequire %s v1.0.0\n\nreplace %[1]s => ./%s\n", path, name)
		write(t, filepath.Join(dir, name, "go.mod"), "module "+path+"\n\ngo 1.26.0\n")
		write(t, filepath.Join(dir, name, below, "code.go"), file)
	}
	write(t, filepath.Join(dir, "go.mod"), string(mod))
	var b strings.Builder
	b.WriteString("package shop\n\nimport (\n\t\"context\"\n\t\"database/sql\"\n\t\"database/sql/driver\"\n\t\"errors\"\n\t\"net/http\"\n\n" +
		"\t\"example.com/plain\"\n\t\"example.com/wire\"\n\t\"github.com/aws/aws-sdk-go-v2/service/s3\"\n\n\tretry \"github.com/retrygen/retrygen/runtime\"\n)\n\n" +
		"var errOwn = errors.New(\"own\")\n\ntype Order struct{ IdempotencyKey string }\n\n" +
		"func pending(n int, err error) bool { return n == 0 }\n\nfunc classOf(error) retry.Class { return retry.ClassUnclassified }\n\n" +
		"var _ = []any{plain.ErrBad, wire.ErrNone, s3.Options{}, sql.ErrNoRows, driver.ErrBadConn, http.MethodGet, context.Canceled}\n")
	for i, c := range cases {
		b.WriteString("\n")
		for d := range strings.SplitSeq(c.directives, "; ") {
			b.WriteString("//retry:" + d + "\n")
		}
		fmt.Fprintf(&b, "type %s interface {\n\t%s\n}\n", caseName(i), cmp.Or(c.method, "Get(ctx context.Context) error"))
	}
	// One interface shows a library, so the imports are not meant for the others.
	b.WriteString("\n//retry:timeout attempt=1s\ntype Rows interface {\n\tAll(ctx context.Context) (*sql.Rows, error)\n}\n")
	write(t, filepath.Join(dir, "shop.go"), b.String())
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
}
