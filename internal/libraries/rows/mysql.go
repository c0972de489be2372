//go:build ignore

package rows

import (
	"database/sql/driver"
	"time"

	"github.com/go-sql-driver/mysql"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortMySQL sorts the errors of go-sql-driver/mysql, and those of the server by their numbers
// (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html).
func sortMySQL(err error) (retry.Class, time.Duration) {
	switch err {
	case mysql.ErrInvalidConn:
		return retry.ClassTransient, 0
	case driver.ErrBadConn:
		return retry.ClassUnsent, 0
	}
	e, ok := err.(*mysql.MySQLError)
	if !ok {
		return retry.ClassUnclassified, 0
	}
	switch e.Number {
	case 1053: // the server is shutting down
		return retry.ClassTransient, 0
	case 1040, 1129, 1203: // too many connections, or too many broken ones
		return retry.ClassUnsent, 0
	case 1226: // the user has used up a resource
		return retry.ClassThrottled, 0
	case 1213: // deadlock
		return retry.ClassConflict, 0
	case 1021, 1037, 1038, 1041: // the disk is full, or the memory
		return retry.ClassFault, 0
	case 1290, 1792, 1836: // read-only
		return retry.ClassFault, 0
	case 1317, 3024: // interrupted
		return retry.ClassFault, 0
	case 1105: // unknown
		return retry.ClassFault, 0
	}
	return retry.ClassAnswer, 0 // any other number
}
