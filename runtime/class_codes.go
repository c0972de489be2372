package retry

import "strings"

// This file sorts the codes that errors of well-known systems carry. None of these
// systems has to be imported for that.

// classOfSQLState sorts the codes of PostgreSQL, whose appendix A lists them all:
// https://www.postgresql.org/docs/current/errcodes-appendix.html. The first two
// characters are the code's class. A code that is not sorted here says nothing.
func classOfSQLState(code string) Class {
	if len(code) != 5 {
		return ClassUnclassified
	}
	switch code {
	case "08000", "08003", "08006", "08P01", // the connection broke
		"57P01", "57P02", "57P05": // the server ended the session
		return ClassTransient
	case "08001", "08004", // no connection was established
		"53300", // too many connections
		"57P03": // the server is starting up or shutting down
		return ClassUnsent
	case "40001", "40P01": // serialization failure, deadlock
		return ClassConflict
	case "40002": // a constraint failed at COMMIT
		return ClassAnswer
	case "08007", "40003", // nobody knows whether the transaction or statement took place
		"25006", // the server is read-only
		"57014": // the statement was cancelled
		return ClassFault
	}
	switch code[:2] {
	case "0A", "42", "44", "54", "55", "P0":
		return ClassAnswer
	case "53", "57", "58", "F0", "HV", "XX":
		return ClassFault
	}
	if code[0] == '2' || code[0] == '3' {
		return ClassAnswer
	}
	return ClassUnclassified
}

// classOfStatus sorts the statuses of HTTP (RFC 9110, section 15; RFC 8470 for 425; RFC
// 6585 for 429 and 511). A status outside 400 to 599 says nothing.
func classOfStatus(status int) Class {
	switch status {
	case 408: // Request Timeout
		return ClassTransient
	case 421: // Misdirected Request
		return ClassUnsent
	case 425, 429: // Too Early, Too Many Requests
		return ClassThrottled
	case 501, 505, 511: // Not Implemented, HTTP Version Not Supported, Network Authentication Required
		return ClassFault
	}
	switch {
	case status < 400 || status > 599:
		return ClassUnclassified
	case status < 500:
		return ClassAnswer
	}
	return ClassTransient
}

// classOfErrorCode sorts the codes that the SDK of AWS retries: DefaultThrottleErrorCodes
// and DefaultRetryableErrorCodes in aws/retry/standard.go of aws-sdk-go-v2 v1.48.0. Any
// other code says nothing, because the status of the response says more.
func classOfErrorCode(code string) Class {
	switch code {
	case "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
		"TooManyRequestsException", "ProvisionedThroughputExceededException",
		"TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
		"LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
		"EC2ThrottledException":
		return ClassThrottled
	case "RequestTimeout", "RequestTimeoutException":
		return ClassTransient
	}
	return ClassUnclassified
}

// classOfRedis sorts an error of a Redis server by the word that it begins with. The
// words whose commands were not executed are those that shouldRetry in error.go of
// go-redis v9.23.0 retries. The text of the WATCH conflict is that of its TxFailedErr.
func classOfRedis(text string) Class {
	switch {
	case text == "redis: transaction failed":
		return ClassConflict
	case strings.HasPrefix(text, "ERR max number of clients reached"):
		return ClassUnsent
	}
	switch word, _, _ := strings.Cut(text, " "); word {
	case "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "READONLY":
		return ClassUnsent
	case "OOM", "MISCONF":
		return ClassFault
	}
	return ClassAnswer
}

// classOfLabels sorts an error of MongoDB by its labels, which x/mongo/driver/errors.go of
// mongo-driver v2.10.0 lists. The order matters: a refused connection carries NetworkError
// and SystemOverloadedError.
func classOfLabels(has func(label string) bool) Class {
	retryable := has("RetryableWriteError") || has("RetryableError")
	switch {
	case retryable && has("NoWritesPerformed"):
		return ClassUnsent
	case has("NetworkError"):
		return ClassTransient
	case has("SystemOverloadedError"):
		return ClassThrottled
	case has("TransientTransactionError"):
		return ClassConflict
	case has("RetryableWriteError"):
		return ClassTransient
	}
	return ClassUnclassified
}

// classOfText sorts an error that errors.New made, by its text. That is how sentinels
// are found whose packages must not be imported.
func classOfText(text string) Class {
	if text == "" || !strings.Contains("fhmnsu", text[:1]) {
		return ClassUnclassified // most texts, sooner
	}
	switch text {
	case "sql: no rows in result set", // database/sql.ErrNoRows
		"no rows in result set",         // pgx.ErrNoRows before v5.7; later ones wrap that of database/sql
		"mongo: no documents in result": // mongo.ErrNoDocuments
		return ClassAnswer
	case "http: nil Request.URL", // these and the rest are net/http's
		"http: no Host in request URL",
		"http: invalid Host header",
		"net/http: can't write control character in Request.URL",
		"http: server gave HTTP response to HTTPS client",
		"stopped after 10 redirects":
		return ClassFault
	}
	if strings.HasPrefix(text, "unsupported protocol scheme ") || strings.HasPrefix(text, "failed to parse Location header ") {
		return ClassFault
	}
	return ClassUnclassified
}
