// Retrygen writes, for annotated Go interfaces, structs with the same methods
// that retry, time out, shed and break the circuit as the annotations say.
//
//	//go:generate go tool retrygen -type=PaymentClient
//
// Usage:
//
//	retrygen [-type T,...] [-tags TAGS] [-check | -diff | -prune] [packages]
//	retrygen explain [-type T,...] [-tags TAGS] [-overrides FILE] [-json] [packages]
//	retrygen help [directives]
//	retrygen -version
//
// Without -type it wraps every annotated interface of the packages, by default
// of the one in the working directory. The wrapper of PaymentClient goes into
// paymentclient_retry.go beside it. A file that is right already is not touched.
//
// An output is orphaned when nothing in the source makes it any more, because its
// interface was renamed or deleted, or got another file. It stays until a run with
// -prune, which writes what there is to write and then removes the orphans.
//
// With -check it writes nothing, and lists the outputs that are stale, missing or
// orphaned; with -diff it shows what would change. It exits with 0 when all is
// done, with 1 when -check or -diff has something to show, and with 2 after an
// error; after one in the source nothing is written.
//
// With explain it writes nothing, and shows what is in force for each method, what
// says so and where, how long the waits are and how long a call can take; with
// -json in the format of docs/explain.md.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200) // a run is short: a tenth less time for a few megabytes more
	}
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil:
	case errors.Is(err, errStale):
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
