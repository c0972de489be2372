package retry

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The errors of these tests have the methods of those of well-known libraries.
type (
	sqlStateError string
	codeError     string
	statusError   int
	redisError    string
	labelsError   []string
)

func (e sqlStateError) Error() string    { return "SQLSTATE " + string(e) }
func (e sqlStateError) SQLState() string { return string(e) }

func (e codeError) Error() string     { return string(e) }
func (e codeError) ErrorCode() string { return string(e) }

func (e statusError) Error() string       { return fmt.Sprint("status ", int(e)) }
func (e statusError) HTTPStatusCode() int { return int(e) }

func (e redisError) Error() string { return string(e) }
func (e redisError) RedisError()   {}

func (e labelsError) Error() string               { return "mongo" }
func (e labelsError) HasErrorLabel(l string) bool { return slices.Contains(e, l) }

// of returns the class of an error that a method with nothing else to say gets.
func of(err error) Class {
	var none sources
	return none.inspect(err).class
}

func TestSQLStates(t *testing.T) {
	for want, codes := range map[Class][]string{
		ClassTransient: {"08000", "08003", "08006", "08P01", "57P01", "57P02", "57P05"},
		ClassUnsent:    {"08001", "08004", "53300", "57P03"},
		ClassConflict:  {"40001", "40P01"},
		ClassAnswer: {
			"40002", "0A000", "20000", "21000", "22012", "22P02", "23505", "23P01", "24000", "25001", "25P02", "26000", "28P01",
			"2BP01", "2F003", "34000", "38000", "39P01", "3D000", "3F000", "42601", "42P01", "44000", "54001", "55006", "55P03", "P0001",
		},
		ClassFault: {
			"08007", "25006", "40003", "57014", "53000", "53100", "53200", "53400", "57000", "57P04",
			"58000", "58030", "F0000", "HV000", "HV00N", "XX000", "XX001", "XX002",
		},
		ClassUnclassified: {"", "40001x", "4000", "00000", "01000", "02000", "03000", "08P02", "40000", "99999"},
	} {
		for _, code := range codes {
			assert.Equal(t, want, of(sqlStateError(code)), code)
			assert.Equal(t, want, of(fmt.Errorf("query: %w", sqlStateError(code))), "%s, wrapped", code)
		}
	}
}

func TestStatuses(t *testing.T) {
	special := map[int]Class{
		408: ClassTransient, 421: ClassUnsent, 425: ClassThrottled, 429: ClassThrottled,
		501: ClassFault, 505: ClassFault, 511: ClassFault,
	}
	for status := -1; status < 700; status++ {
		want, ok := special[status]
		switch {
		case ok:
		case 400 <= status && status <= 499:
			want = ClassAnswer
		case 500 <= status && status <= 599:
			want = ClassTransient
		}
		assert.Equal(t, want, of(statusError(status)), status)
	}
}

func TestErrorCodes(t *testing.T) {
	for want, codes := range map[Class][]string{
		ClassThrottled: {
			"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
			"ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
			"BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
			"EC2ThrottledException",
		},
		ClassTransient:    {"RequestTimeout", "RequestTimeoutException"},
		ClassUnclassified: {"", "ResourceNotFoundException", "slowdown"},
	} {
		for _, code := range codes {
			assert.Equal(t, want, of(codeError(code)), code)
		}
	}
}

// A status may stand above the code of the same response.
type withStatus struct {
	statusError
	err error
}

func (e withStatus) Unwrap() error { return e.err }

func TestErrorCodesAndStatuses(t *testing.T) {
	response := func(status int, err error) error { return withStatus{statusError(status), fmt.Errorf("api: %w", err)} }
	assert.Equal(t, ClassThrottled, of(response(400, codeError("ProvisionedThroughputExceededException"))), "DynamoDB")
	assert.Equal(t, ClassTransient, of(response(400, codeError("RequestTimeout"))), "S3")
	assert.Equal(t, ClassAnswer, of(response(400, codeError("ValidationException"))), "the code says nothing")
	assert.Equal(t, ClassTransient, of(response(503, codeError("Unknown"))), "the same")
	assert.Equal(t, ClassAnswer, of(response(404, sqlStateError("57P01"))), "no other method does that")
	assert.Equal(t, ClassConflict, of(wrapping{sqlStateError("40001"), codeError("SlowDown")}), "nor a code below another method")
	assert.Equal(t, ClassThrottled, of(struct {
		codeError
		Status
	}{"SlowDown", 400}), "in one error the code precedes the status")
}

// A Status is an HTTPStatusCode method to be embedded.
type Status int

func (s Status) HTTPStatusCode() int { return int(s) }

// wrapping is an error with an SQLSTATE that wraps another one.
type wrapping struct {
	sqlStateError
	err error
}

func (e wrapping) Unwrap() error { return e.err }

func TestRedisErrors(t *testing.T) {
	for text, want := range map[string]Class{
		"LOADING Redis is loading the dataset in memory":         ClassUnsent,
		"MASTERDOWN Link with MASTER is down":                    ClassUnsent,
		"CLUSTERDOWN The cluster is down":                        ClassUnsent,
		"TRYAGAIN Multiple keys request during rehashing":        ClassUnsent,
		"NOREPLICAS Not enough good replicas to write.":          ClassUnsent,
		"READONLY You can't write against a read only replica.":  ClassUnsent,
		"ERR max number of clients reached":                      ClassUnsent,
		"redis: transaction failed":                              ClassConflict,
		"OOM command not allowed when used memory > 'maxmemory'": ClassFault,
		"MISCONF Redis is configured to save RDB snapshots":      ClassFault,
		"redis: nil":          ClassAnswer,
		"WRONGTYPE":           ClassAnswer,
		"ERR syntax error":    ClassAnswer,
		"LOADINGS":            ClassAnswer,
		"":                    ClassAnswer,
		"EXECABORT discarded": ClassAnswer,
	} {
		assert.Equal(t, want, of(redisError(text)), text)
	}
	assert.Equal(t, ClassUnclassified, of(errors.New("LOADING Redis")), "not by a server of Redis")
}

func TestErrorLabels(t *testing.T) {
	const (
		noWrites   = "NoWritesPerformed"
		network    = "NetworkError"
		overloaded = "SystemOverloadedError"
		conflict   = "TransientTransactionError"
		retryable  = "RetryableWriteError"
		other      = "RetryableError"
	)
	for _, tt := range []struct {
		labels []string
		want   Class
		reason string
	}{
		{nil, ClassUnclassified, "says nothing"},
		{[]string{noWrites}, ClassUnclassified, "is not retryable"},
		{[]string{noWrites, retryable}, ClassUnsent, "had no effect"},
		{[]string{noWrites, other, overloaded}, ClassUnsent, "the same"},
		{[]string{network, overloaded, other}, ClassTransient, "a connection that was refused"},
		{[]string{network, conflict}, ClassTransient, "a connection that broke inside a transaction"},
		{[]string{overloaded, other}, ClassThrottled, "the server says so"},
		{[]string{overloaded, conflict}, ClassThrottled, "the order"},
		{[]string{conflict, retryable}, ClassConflict, "the order"},
		{[]string{retryable}, ClassTransient, "the server says so"},
		{[]string{"UnknownTransactionCommitResult"}, ClassUnclassified, "nobody knows"},
	} {
		assert.Equal(t, tt.want, of(labelsError(tt.labels)), tt.reason)
	}
}

// Sentinels of packages that this one does not import.
func TestTexts(t *testing.T) {
	for want, texts := range map[Class][]string{
		ClassAnswer: {sql.ErrNoRows.Error(), "no rows in result set", "mongo: no documents in result"},
		ClassFault: {
			"stopped after 10 redirects", "http: nil Request.URL", "http: no Host in request URL", "http: invalid Host header",
			"net/http: can't write control character in Request.URL", "http: server gave HTTP response to HTTPS client",
			`unsupported protocol scheme "ftp"`, `failed to parse Location header "::": missing protocol scheme`,
		},
		ClassUnclassified: {"", "sql: connection is already closed", "no rows", "stopped after 9 redirects", "unsupported", "x"},
	} {
		for _, text := range texts {
			assert.Equal(t, want, of(errors.New(text)), text)
			assert.Equal(t, want, of(fmt.Errorf("get: %w", errors.New(text))), "%s, wrapped", text)
			assert.Equal(t, ClassUnclassified, of(errors.New("get: "+text)), "%s, inside of a text", text)
			assert.Equal(t, ClassUnclassified, of(textError(text)), "%s, of another type", text)
		}
	}
	assert.Equal(t, ClassAnswer, of(sql.ErrNoRows))
}

type textError string

func (e textError) Error() string { return string(e) }

func TestNamesOfClasses(t *testing.T) {
	names := map[string]bool{}
	for c := range Class(len(classes)) {
		names[c.String()] = true
	}
	assert.Len(t, names, 9)
	assert.Equal(t, "unclassified", Class(0).String())
	assert.Equal(t, "throttled", ClassThrottled.String())
	assert.Equal(t, "Class(99)", Class(99).String())
}
