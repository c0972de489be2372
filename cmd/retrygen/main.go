// Retrygen generates wrappers for annotated Go interfaces: structs with the same
// methods that retry, time out, shed load and break the circuit as the annotations say.
//
//	//go:generate go tool retrygen -type=PaymentClient
//
// Usage:
//
//	retrygen [-type T,...] [-tags TAGS] [-check | -diff | -prune] [packages]
//	retrygen init [-n]
//	retrygen init [-tags TAGS] packages
//	retrygen init [-n] -from TYPE -methods M,... [-name NAME] [-o FILE] [-tags TAGS]
//	retrygen explain [-type T,...] [-method M,...] [-tags TAGS] [-overrides FILE]
//	                 [-error CODE] [-short | -json] [packages]
//	retrygen review [-type T,...] [-tags TAGS] [-overrides FILE] [-deadline TIME]
//	                [-rate N/s] [-latency TIME] [-processes N] [-md | -json] [-strict]
//	                [packages]
//	retrygen simulate [packages] [-type T,...] [-method M,...] [-tags TAGS]
//	                  [-overrides FILE] [-policy TEXT]... SCENARIO [key=value...]
//	                  [-seed N] [-svg FILE] [-json] [-fail-if stuck]
//	retrygen fleet get | set | clear | watch
//	retrygen help [directives | VERB]
//	retrygen -version
//
// Without -type it wraps every annotated interface of the packages; the default is the
// package in the working directory. It writes the wrapper of PaymentClient to
// paymentclient_retry.go beside the source. It does not touch a file that is up to date.
//
// An output is orphaned when nothing in the source generates it any more, because its
// interface was renamed or deleted, or has another output file. A run warns of orphans on
// stderr and leaves them in place. With -prune it removes them after it has written the
// other files.
//
// With -check it writes nothing and lists the outputs that are stale, missing or
// orphaned. With -diff it shows what would change. The exit status is 0 for success, 1
// when -check or -diff has something to show, and 2 after an error. After an error in
// the source nothing is written.
//
// With init it adds itself to the go.mod of a module, as a tool and as a requirement. With
// init -from it writes an annotated interface for a client that is a struct, and says in
// comments why each directive is there. It overwrites no file. With init and packages it lists
// the interfaces that are worth a wrapper.
//
// With explain it writes nothing. It shows which policy is in force for each method,
// which directive says so, how long the waits are and how long a call can take: with
// -short in one line for each method, with -json in the format of docs/explain.md. With
// -error it shows what happens in each method when an error comes: whether the call is
// retried, and what the breaker counts.
//
// With review it writes nothing either. It shows what a design review asks about each
// method, and gives advice, each with its place, reason and source; docs/review.md explains
// both. With -strict the exit status is 1 if there is advice that no //retry:allow silences.
//
// With simulate it runs the policies of the methods, or those of -policy, against a
// simulated dependency in virtual time, and says what happens: whether the dependency
// recovers from an outage, when, and how many calls fail. With -fail-if stuck the exit
// status is 1 if it does not recover. docs/simulate.md explains the scenarios.
//
// With fleet it runs the command retrygen-fleet, which shows and changes the policies, modes
// and switches of all processes of a fleet while they run. docs/fleet.md explains it.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200) // a run is short: this saves a tenth of the time and costs a few megabytes
	}
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	status, other := errors.AsType[exitStatus](err)
	switch {
	case err == nil:
	case other:
		os.Exit(int(status))
	case errors.Is(err, errStale), errors.Is(err, errAdvice), errors.Is(err, errStuck):
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
