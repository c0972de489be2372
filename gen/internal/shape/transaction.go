package shape

import (
	"go/types"
	"slices"
)

// InTransaction reports whether a method of an interface runs inside a transaction, as far
// as types tell: the interface has a method that ends one, or the method takes one. It
// cannot tell for an interface whose implementation holds a transaction.
func InTransaction(iface *types.Interface, fn *types.Func) bool {
	for method := range iface.Methods() {
		if slices.Contains(transactionEnds, method.Name()) {
			return true
		}
	}
	for v := range fn.Signature().Params().Variables() {
		if isTransaction(v.Type()) {
			return true
		}
	}
	return false
}

// transactionEnds are the methods that end a transaction, the last two those of MongoDB.
var transactionEnds = []string{"Commit", "Rollback", "CommitTransaction", "AbortTransaction"}

// isTransaction reports whether a type is a transaction, such as *sql.Tx or pgx.Tx, or an
// interface that transactions and databases have in common, such as the DBTX of sqlc.
func isTransaction(t types.Type) bool {
	if hasMethod(t, "Commit") && hasMethod(t, "Rollback") {
		return true
	}
	hasAny := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return hasMethod(t, name) })
	}
	return types.IsInterface(t) && hasAny("Exec", "ExecContext") &&
		hasAny("Query", "QueryContext", "QueryRow", "QueryRowContext")
}
