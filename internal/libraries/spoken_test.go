package libraries

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/httpretry"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

type (
	stateError  string // of PostgreSQL
	codeError   string // of smithy
	redisError  string
	labelError  []string // of MongoDB
	statusError int
)

func (e stateError) Error() string                   { return "SQLSTATE " + string(e) }
func (e stateError) SQLState() string                { return string(e) }
func (e codeError) Error() string                    { return "api error " + string(e) }
func (e codeError) ErrorCode() string                { return string(e) }
func (e redisError) Error() string                   { return string(e) }
func (e redisError) RedisError()                     {}
func (e labelError) Error() string                   { return strings.Join(e, " ") }
func (e labelError) HasErrorLabel(label string) bool { return strings.Contains(e.Error(), label) }
func (e statusError) Error() string                  { return "status " + strconv.Itoa(int(e)) }
func (e statusError) HTTPStatusCode() int            { return int(e) }

// spoken makes an error of a library from a name of its table.
var spoken = map[string]func(name, when string) error{
	"pgx":   func(name, _ string) error { return stateError(name) },
	"aws":   func(name, _ string) error { return codeError(name) },
	"redis": func(name, _ string) error { return redisError(name + " and more") },
	"mongo": func(name, when string) error {
		switch {
		case name == "mongo.ErrNoDocuments":
			return errors.New("mongo: no documents in result")
		case when != "":
			return labelError{name, "RetryableWriteError"}
		}
		return labelError{name}
	},
	"http": func(name, _ string) error {
		status, err := strconv.Atoi(name)
		if err != nil {
			return nil
		}
		return statusError(status)
	},
}

// The table says of errors that speak for themselves what the runtime makes of them.
func TestSpokenAsTheRuntimeHearsIt(t *testing.T) {
	for l := range All() {
		if l.Spoken == nil {
			continue
		}
		t.Run(l.Word, func(t *testing.T) {
			require.Contains(t, spoken, l.Word)
			checked := 0
			for _, c := range l.Spoken {
				names := c.Names
				for _, prefix := range c.Prefixes {
					names = append(names, (prefix + "99999")[:l.CodeLength])
				}
				for _, name := range names {
					if name == "redis: transaction failed" {
						assert.True(t, retry.Conflict(redisError(name)))
						continue
					}
					err := spoken[l.Word](name, c.When)
					if err == nil {
						continue // REFUSED_STREAM, which httpretry tests
					}
					checked++
					assert.Equal(t, c.Class, classOf(t, err), name)
					assert.Equal(t, c.Class, Find(name, nil, false).Cases[0].Class, name)
				}
			}
			assert.Positive(t, checked)
		})
	}
}

// classOf finds out of which class an error is.
func classOf(t *testing.T, err error) string {
	switch {
	case retry.Unsent(err):
		return "Unsent"
	case retry.Transient(err):
		return "Transient"
	case retry.Conflict(err):
		return "Conflict"
	}
	calls, vote := outcome(t, retry.MethodSpec{}, err)
	for _, m := range meanings {
		if m.Class != "Transient" && m.Class != "Unsent" && m.Class != "Conflict" && m.Retried == (calls > 1) && m.Vote == vote {
			return m.Class
		}
	}
	return ""
}

// outcome makes a call that fails with err, and returns how many attempts it makes and what
// the breaker counts.
func outcome(t *testing.T, spec retry.MethodSpec, err error) (calls int, vote string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		spec.Policy.Retry = policy.Retry{Attempts: 2, Strategy: backoff.Simple{Interval: time.Second, Max: time.Minute}}
		m, guard := guarded(3, spec)
		fails := func(context.Context) error { calls++; return err }
		_ = m.Do(t.Context(), fails)
		once := calls
		for range 5 {
			_ = m.Do(t.Context(), fails)
		}
		calls, vote = once, success
		if guard.State() == breaker.Open {
			vote = failure
		}
	})
	if vote == failure {
		return calls, failure
	}
	// A success ends a row of failures, and proof of life does not.
	synctest.Test(t, func(t *testing.T) {
		spec.Policy.Retry = policy.Retry{}
		m, guard := guarded(2, spec)
		do := func(err error) { _ = m.Do(t.Context(), func(context.Context) error { return err }) }
		down := errors.New("down")
		do(down)
		do(err)
		do(down)
		if guard.State() == breaker.Open {
			vote = alive
		}
	})
	return calls, vote
}

// guarded returns a method with a breaker.
func guarded(failures int, spec retry.MethodSpec) (*retry.Method, *breaker.Breaker) {
	spec.SharedBreaker = true
	w := retry.NewWrapper("Lib", policy.Policy{
		Breaker: policy.Breaker{Failures: failures, Cooldown: time.Minute, Probes: 1, Successes: 1},
	}, nil)
	m := w.Method("Get", spec)
	return m, w.Group().Breaker()
}

// The meanings are those of the classes of the runtime.
func TestMeanings(t *testing.T) {
	for i, m := range meanings {
		class := retry.Class(i)
		assert.Equal(t, strings.ToLower(m.Class), class.String())
		if m.Class == "Deadline" {
			continue // it depends on the timeout of the attempt, as the runtime tests
		}
		classified := errors.New("an error")
		calls, vote := outcome(t, retry.MethodSpec{Classify: func(err error) retry.Class {
			if err == classified {
				return class
			}
			return retry.ClassUnclassified
		}}, classified)
		assert.Equal(t, m.Retried, calls > 1, m.Class)
		assert.Equal(t, m.Vote, vote, m.Class)
	}
}

func TestFind(t *testing.T) {
	kindsOf := func(words ...string) (list []*Kind) {
		for _, word := range words {
			list = append(list, Lookup(word).Kinds...)
		}
		return list
	}
	for _, tt := range []struct {
		said     string
		known    []*Kind
		sequence bool
		library  string
		classes  []string
		byRest   bool
	}{
		{said: "NotFound", known: kindsOf("grpc"), library: "grpc", classes: []string{"Answer"}},
		{said: "not_found", known: kindsOf("grpc"), library: "grpc", classes: []string{"Answer"}},
		{said: "RESOURCE_EXHAUSTED", known: kindsOf("grpc"), library: "grpc", classes: []string{"Throttled", "Quota"}},
		{said: "NotFound", known: kindsOf("sql")},
		{said: "40001", library: "pgx", classes: []string{"Conflict"}},
		{said: "23503", library: "pgx", classes: []string{"Answer"}},
		{said: "p0001", library: "pgx", classes: []string{"Answer"}},
		{said: "503", library: "http", classes: []string{"Transient"}},
		{said: "418", library: "http", classes: []string{"Answer"}},
		{said: "200"},
		{said: "1213", known: kindsOf("mysql"), library: "mysql", classes: []string{"Conflict"}},
		{said: "1054", known: kindsOf("mysql"), library: "mysql", classes: []string{"Answer"}, byRest: true},
		{said: "1213"},
		{said: "SQLITE_BUSY", known: kindsOf("sqlite"), library: "sqlite", classes: []string{"Conflict"}},
		{said: "NoSuchKey", known: kindsOf("aws"), library: "aws", classes: []string{ByStatus}, byRest: true},
		{said: "SlowDown", library: "aws", classes: []string{"Throttled"}},
		{said: "ErrTimeout", known: kindsOf("nats"), library: "nats", classes: []string{"Transient"}},
		{said: "ErrTimeout", known: kindsOf("nats"), sequence: true, library: "nats", classes: []string{"Answer"}},
		{said: "LOADING", library: "redis", classes: []string{"Unsent"}},
		{said: "Foo", known: kindsOf("redis", "mysql")},
		{said: ""},
	} {
		f := Find(tt.said, tt.known, tt.sequence)
		var classes []string
		for _, c := range f.Cases {
			classes = append(classes, c.Class)
		}
		assert.Equal(t, tt.classes, classes, tt.said)
		assert.Equal(t, tt.byRest, f.ByRest, tt.said)
		if tt.library != "" {
			assert.Same(t, Lookup(tt.library), f.Library, tt.said)
		}
	}
}

func TestOfStatus(t *testing.T) {
	for status := 0; status < 1000; status++ {
		want := ""
		if class := retry.ClassOfStatus(status); class != retry.ClassUnclassified {
			want = class.String()
		}
		assert.Equal(t, want, strings.ToLower(OfStatus(strconv.Itoa(status))), status)
	}
	assert.Equal(t, "transient", retry.ClassOfStatus((&httpretry.StatusError{StatusCode: 503}).HTTPStatusCode()).String())
}

func TestSummary(t *testing.T) {
	summary := func(word string, sequence bool) string {
		return Lookup(word).Summary(Lookup(word).Kinds[len(Lookup(word).Kinds)-1], sequence)
	}
	assert.Equal(t, "answer ErrNoRows, ErrTxDone; unsent ErrBadConn", summary("sql", false))
	assert.Equal(t, "answer InvalidArgument, NotFound, AlreadyExists, PermissionDenied, Unauthenticated, FailedPrecondition, ...; "+
		"fault Internal, Unknown, DataLoss; transient Unavailable; throttled ResourceExhausted; deadline DeadlineExceeded; "+
		"quota ResourceExhausted; conflict Aborted", summary("grpc", false))
	assert.Equal(t, "answer 4xx; fault 501, 505, 511; transient 408, 5xx; unsent 421, REFUSED_STREAM; throttled 425, 429", summary("http", false))
	assert.NotContains(t, summary("nats", false), "answer ErrTimeout")
	assert.Contains(t, summary("nats", true), "answer ErrTimeout")
}
