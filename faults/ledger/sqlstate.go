package ledger

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// The codes are those of appendix A of the manual of PostgreSQL.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"

	// The classes are the first two characters of a code.
	dataException       = "22"
	integrityConstraint = "23"
	syntaxOrAccessRule  = "42"
)

// rolledBack reports whether the database has rolled the transaction back because of
// another one, so that nothing of it was done and the same will do next time.
//
// That a session was terminated says less, though it often ends a transaction too: it may
// come after a commit and before the word of it.
func rolledBack(err error) bool {
	switch sqlState(err) {
	case serializationFailure, deadlockDetected:
		return true
	}
	return false
}

// refused reports whether the database will never take the statement.
func refused(err error) bool {
	state := sqlState(err)
	if state == "" {
		return false
	}
	switch state[:2] {
	case dataException, integrityConstraint, syntaxOrAccessRule:
		return true
	}
	return false
}

// sqlState returns the code of five characters that the database gave the error, or ""
// where it gave none. Both drivers have it in the same type.
func sqlState(err error) string {
	if answer, ok := errors.AsType[*pgconn.PgError](err); ok {
		return answer.Code
	}
	return ""
}
