// Sqlrepository shows a repository on database/sql. The wrapper repeats a transaction
// that the database rolled back because of a conflict, and nothing else: a COMMIT whose
// answer was lost may have arrived.
//
//	go run ./examples/sqlrepository
package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
)

func main() { demo(os.Stdout) }

// demo makes four calls. The database prints a line for each statement, and demo one
// for each call.
func demo(w io.Writer) {
	ctx := context.Background()
	database := &database{cents: map[string]int64{"ann": 100, "bob": 0}, log: w}
	db := sql.OpenDB(database)
	defer db.Close()
	accounts := NewResilientAccounts(&sqlAccounts{db: db}, nil)

	database.failCommits(errConflict)
	err := accounts.Transfer(ctx, "ann", "bob", 30)
	fmt.Fprintf(w, "Transfer(ann, bob, 30): %v\n\n", err)

	cents, err := accounts.Balance(ctx, "bob")
	fmt.Fprintf(w, "Balance(bob): %d, %v\n\n", cents, err)

	err = accounts.Transfer(ctx, "ann", "bob", 1000)
	fmt.Fprintf(w, "Transfer(ann, bob, 1000): %v\n\n", err)

	database.failCommits(errLost)
	err = accounts.Transfer(ctx, "ann", "bob", 30)
	fmt.Fprintf(w, "Transfer(ann, bob, 30): %v\n", err)
}
