//go:build ignore

package rows

import (
	"time"

	sqlite "modernc.org/sqlite"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortSQLite sorts the errors of SQLite by their primary codes
// (https://www.sqlite.org/rescode.html).
func sortSQLite(err error) (retry.Class, time.Duration) {
	e, ok := err.(*sqlite.Error)
	if !ok {
		return retry.ClassUnclassified, 0
	}
	switch e.Code() & 0xff {
	case 5, 6: // SQLITE_BUSY, SQLITE_LOCKED
		return retry.ClassConflict, 0
	case 8, 10, 11, 13: // SQLITE_READONLY, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL
		return retry.ClassFault, 0
	}
	return retry.ClassAnswer, 0 // any other code
}
