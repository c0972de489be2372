// Retrygen-fleet shows and changes the document that sets the policies, modes and switches of
// all processes of a fleet. "retrygen fleet" runs it.
//
// Usage:
//
//	retrygen-fleet get [URL]
//	retrygen-fleet set [URL] -for TIME -reason TEXT [-by NAME] LINE...
//	retrygen-fleet set [URL] FILE
//	retrygen-fleet clear [URL]
//	retrygen-fleet watch [URL]
//
// Get prints what is in force, with the time that is left. What it prints is a document that
// set takes.
//
// Set with -for adds lines to the document, as 'PaymentClient: force open'. What is in force
// already keeps the rest of its time, and a line gives way to a new one of the same name and
// kind. Set with a file puts it in the place of the document; the file - is the standard input.
// With -check, it runs "retrygen explain -overrides" for packages first, which knows the names
// and the policies of the interfaces.
//
// Clear takes everything back. Set and clear print which processes have applied the document
// and which have refused it, as far as they say so within -wait.
//
// Watch prints each document, what expires, and what processes say, until it is interrupted.
//
// URL is that of Redis or NATS; RETRYGEN_FLEET_URL if there is none on the command line. The exit
// status is 0 if all went well, 1 if a process has refused the document or -check found a fault, and
// 2 after an error.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/redis/go-redis/v9"
)

func main() {
	redis.SetLogger(silence{})
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt kills the command at once
	err := run(ctx, os.Args[1:], console{os.Stdin, os.Stdout, os.Stderr})
	switch {
	case err == nil:
	case errors.Is(err, errRefused):
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// silence is what go-redis logs to. Its errors come back, too.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}
