//go:build ignore

package rows

import (
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortSQLite sorts the errors of SQLite by their primary codes
// (https://www.sqlite.org/rescode.html).
func sortSQLite(err error) (retry.Class, time.Duration) {
	e, ok := err.(sqlite3.Error)
	if !ok {
		return retry.ClassUnclassified, 0
	}
	switch e.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return retry.ClassConflict, 0
	case sqlite3.ErrReadonly, sqlite3.ErrIoErr, sqlite3.ErrCorrupt, sqlite3.ErrFull:
		return retry.ClassFault, 0
	}
	return retry.ClassAnswer, 0 // any other code
}
