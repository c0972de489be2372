package ledger

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// The codes come from appendix A of the PostgreSQL manual.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"

	// The classes are the first two characters of a code.
	dataException       = "22"
	integrityConstraint = "23"
	syntaxOrAccessRule  = "42"
)

// rolledBack reports whether the database rolled the transaction back because of another
// one. Then nothing was done, and the transaction can be repeated.
//
// A terminated session does not prove as much: it may have been terminated after the
// commit and before the answer.
func rolledBack(err error) bool {
	switch sqlState(err) {
	case serializationFailure, deadlockDetected:
		return true
	}
	return false
}

// refused reports whether the database will never accept the statement.
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

// sqlState returns the five-character code of the database, or "" if the error has none.
// Both drivers use the same type.
func sqlState(err error) string {
	if answer, ok := errors.AsType[*pgconn.PgError](err); ok {
		return answer.Code
	}
	return ""
}
