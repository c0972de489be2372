package retry_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A journal is what a logger writes, without the time.
type journal struct{ bytes.Buffer }

func (j *journal) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(&j.Buffer, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// lines returns what was written since the last time.
func (j *journal) lines() []string {
	text := strings.TrimSuffix(j.String(), "\n")
	j.Reset()
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func TestLog(t *testing.T) {
	throughEntries(t, func(t *testing.T, e entry) {
		var j journal
		s := setup{own: policy.Policy{Retry: attempts(2, time.Second)}, general: e.general}
		s.shared.Breaker = policy.Breaker{Failures: 2, Cooldown: 2 * time.Second}
		s.options.Logger = j.logger(slog.LevelDebug)
		m := s.method(fail(errDown), fail(errDown), succeed)
		_ = e.call(t, m, t.Context())
		assert.Equal(t, []string{
			`level=DEBUG msg=retry method=Client.Get attempt=2 delay=1s cause=down`,
			`level=WARN msg="breaker open" breaker=Client from=closed failures=2 cooldown=2s`,
			`level=WARN msg="gave up" method=Client.Get count=1 outcome=exhausted attempts=2 cause="Client.Get: gave up after 2 attempts in 1s: attempts exhausted: down"`,
		}, j.lines())

		time.Sleep(2 * time.Second)
		_ = e.call(t, m, t.Context())
		assert.Equal(t, []string{
			`level=WARN msg="breaker half-open" breaker=Client from=open failures=0 cooldown=0s`,
			`level=WARN msg="breaker closed" breaker=Client from=half-open failures=0 cooldown=0s`,
		}, j.lines(), "a success itself is not worth a line")
	})
}

// Retries are for who asks for them.
func TestLogLevel(t *testing.T) {
	for level, want := range map[slog.Level]int{slog.LevelDebug: 3, slog.LevelInfo: 2, slog.LevelWarn: 2, slog.LevelError: 0} {
		t.Run(level.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var j journal
				s := setup{own: policy.Policy{Retry: attempts(2, 0), Breaker: policy.Breaker{Failures: 2}}}
				s.options.Logger = j.logger(level)
				_ = s.method(fail(errDown)).do(t.Context())
				assert.Len(t, j.lines(), want)
			})
		})
	}
}

// In an outage every call gives up, and the log gets one line a second, which says
// how many.
func TestStormOfGiveUps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		told := 0
		s := setup{options: retry.Options{
			Logger: j.logger(slog.LevelDebug),
			Hooks:  retry.Hooks{GiveUp: func(context.Context, retry.GiveUpEvent) { told++ }},
		}}
		m := s.method(fail(errDown))
		for range 2000 { // in two seconds
			_ = m.do(t.Context())
			time.Sleep(ms)
		}
		line := func(count string) string {
			return `level=WARN msg="gave up" method=Client.Get count=` + count + ` outcome=exhausted attempts=1 cause=down`
		}
		assert.Equal(t, []string{line("1"), line("1000")}, j.lines(), "the first at once")
		assert.Equal(t, 2000, told, "hooks count, and are told of all")

		time.Sleep(time.Hour)
		_ = m.do(t.Context())
		assert.Equal(t, []string{line("1000")}, j.lines(), "none is lost: 999 from before, and this one")
	})
}

// One method's storm does not hide another's.
func TestStormsAreOfOneMethod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		w := retry.NewWrapper("Client", policy.Policy{}, &retry.Options{Logger: j.logger(slog.LevelWarn)})
		get, put := w.Method("Get", retry.MethodSpec{}), w.Method("Put", retry.MethodSpec{})
		for range 3 {
			_ = get.Do(t.Context(), fail(errDown))
			_ = put.Do(t.Context(), fail(errDown))
		}
		assert.Equal(t, []string{
			`level=WARN msg="gave up" method=Client.Get count=1 outcome=exhausted attempts=1 cause=down`,
			`level=WARN msg="gave up" method=Client.Put count=1 outcome=exhausted attempts=1 cause=down`,
		}, j.lines())
	})
}

// What is refused is given up too, and what the caller wished or the dependency
// answered is not.
func TestWhatIsLogged(t *testing.T) {
	tests := []struct {
		name    string
		context func(*testing.T) context.Context
		answer  answer
		open    bool
		want    []string
	}{
		{"refused", (*testing.T).Context, succeed, true, []string{
			`level=WARN msg="gave up" method=Client.Get count=1 outcome=open attempts=0 cause="circuit breaker \"Client\" is forced open"`,
		}},
		{"cancelled", cancelledIn(0, nil), succeed, false, nil},
		{"answer", (*testing.T).Context, fail(retry.Permanent(errDown)), false, nil},
		{"deadline", deadlineIn(time.Second), hang, false, []string{
			`level=WARN msg="gave up" method=Client.Get count=1 outcome=deadline attempts=1 cause="Client.Get: gave up after 1 attempt: the caller's deadline passed: context deadline exceeded"`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			throughEntries(t, func(t *testing.T, e entry) {
				var j journal
				s := setup{general: e.general, options: retry.Options{Logger: j.logger(slog.LevelWarn)}}
				s.shared.Breaker = policy.Breaker{Failures: 9}
				m := s.method(tt.answer)
				if tt.open {
					m.group.Breaker().ForceOpen()
					j.Reset()
				}
				_ = e.call(t, m, tt.context(t))
				assert.Equal(t, tt.want, j.lines())
			})
		})
	}
}

// Not a word of a call's arguments and results goes to the log.
func TestLogTellsNoArguments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		s := setup{own: policy.Policy{Retry: attempts(2, 0)}, key: true, options: retry.Options{Logger: j.logger(slog.LevelDebug)}}
		m := s.method(fail(errDown))
		const secret = "4711-0815"
		type card struct{}
		ctx := context.WithValue(retry.WithIdempotencyKey(t.Context(), secret), card{}, secret)
		_, _ = retry.Call(ctx, m.Method, func(context.Context) (string, error) { return secret, errDown })
		assert.NotContains(t, j.String(), secret)
		assert.Len(t, j.lines(), 2)
	})
}
