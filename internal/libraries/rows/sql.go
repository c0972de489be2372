//go:build ignore

package rows

import (
	"database/sql"
	"database/sql/driver"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortSQL sorts the errors of database/sql. Those of the driver speak for themselves.
func sortSQL(err error) (retry.Class, time.Duration) {
	switch err {
	case sql.ErrNoRows, sql.ErrTxDone:
		return retry.ClassAnswer, 0
	case driver.ErrBadConn:
		return retry.ClassUnsent, 0
	}
	return retry.ClassUnclassified, 0
}
