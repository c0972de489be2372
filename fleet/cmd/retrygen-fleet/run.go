package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/retrygen/retrygen/fleet"
)

// errRefused ends a run after which the document is not in force everywhere.
var errRefused = errors.New("refused")

const usage = `retrygen-fleet shows and changes what is in force in all processes of a fleet.

Usage:
	retrygen-fleet get [URL]
	retrygen-fleet set [URL] -for TIME -reason TEXT [-by NAME] LINE...
	retrygen-fleet set [URL] FILE
	retrygen-fleet clear [URL]
	retrygen-fleet watch [URL]

	retrygen-fleet set -for 30m -reason 'the bank is down' 'PaymentClient: force open'

Lines:
	PaymentClient: attempts=2; timeout total=10s      change policies
	PaymentClient.Refund: force open                  or force closed
	PaymentClient: mode watch-only                    or mode off, mode on
	*: enabled off                                    calls pass straight through

"get" prints what is in force and for how long. "set" adds lines, and keeps the others; with
a FILE, or - for the standard input, it replaces everything. "clear" takes everything back.
"watch" prints changes, expiries and what processes say, until it is interrupted.

Flags:
	-for TIME       how long the lines hold, as 90s, 30m or 2h
	-reason TEXT    why; each process logs it
	-by NAME        who; default: $USER
	-check P,...    before, check the names and policies with the interfaces of these packages
	-wait TIME      how long to wait for what processes say; default: 3s
	-timeout TIME   how long the store may take; default: 5s
	-topic TEXT     the topic of the fleet, if it is not the default
	-prefix TEXT    the prefix in Redis or NATS, if it is not "retrygen"
	-bucket TEXT    the bucket in NATS, if it is not "retrygen"
	-creds FILE     credentials for NATS
	-ca FILE        the certificates that the server's is checked with
	-cert FILE      the certificate of the client
	-key FILE       the key of that certificate

URL is redis://, rediss://, nats:// or tls://, as rediss://USER:PASSWORD@HOST:PORT. Without
one, it is in RETRYGEN_FLEET_URL. RETRYGEN_FLEET_PASSWORD has the password if the URL has none.
?master_name=NAME makes the URL one of Sentinel, and ?addr=HOST:PORT of a cluster.
Exit status: 0 done, 1 refused by a process or by -check, 2 errors.
`

// A console is what the command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// options are the command line.
type options struct {
	console
	url                     string
	for_, by, reason, check string
	wait, timeout           time.Duration
	topic, prefix, bucket   string
	creds, ca, cert, key    string
	words                   []string // what is neither a flag nor the URL
}

// run runs the command. Main turns its error into the exit status.
func run(ctx context.Context, args []string, c console) error {
	commands := map[string]func(context.Context, *options, engine) error{"get": get, "set": set, "clear": clearAll, "watch": watch}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
		_, err := io.WriteString(c.out, usage)
		return err
	}
	command := commands[args[0]]
	if command == nil {
		return fmt.Errorf("retrygen-fleet: unknown command %q\n\thint: one of get, set, clear, watch and help", args[0])
	}
	o := options{console: c, url: os.Getenv("RETRYGEN_FLEET_URL")}
	switch err := o.parse(args[1:]); {
	case errors.Is(err, flag.ErrHelp):
		_, err := io.WriteString(c.out, usage)
		return err
	case err != nil:
		return fmt.Errorf("retrygen-fleet: %w", err)
	case args[0] != "set" && len(o.words) > 0:
		return fmt.Errorf("retrygen-fleet: %s takes no %q", args[0], o.words[0])
	}
	e, err := connect(ctx, &o)
	if err == nil {
		defer e.close()
		err = command(ctx, &o, e)
	}
	if err == nil || errors.Is(err, errRefused) || errors.As(err, new(said)) {
		return err
	}
	return o.redacted(fmt.Errorf("retrygen-fleet: %w", err))
}

// parse reads the command line. Flags may stand anywhere.
func (o *options) parse(args []string) error {
	flags := flag.NewFlagSet("retrygen-fleet", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	for name, to := range map[string]*string{
		"for": &o.for_, "by": &o.by, "reason": &o.reason, "check": &o.check, "topic": &o.topic, "prefix": &o.prefix,
		"bucket": &o.bucket, "creds": &o.creds, "ca": &o.ca, "cert": &o.cert, "key": &o.key,
	} {
		flags.StringVar(to, name, "", "")
	}
	flags.DurationVar(&o.wait, "wait", 3*time.Second, "")
	flags.DurationVar(&o.timeout, "timeout", 5*time.Second, "")
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return err
			}
			return fmt.Errorf("%w\n\thint: retrygen-fleet help", err)
		}
		if args = flags.Args(); len(args) == 0 {
			break
		}
		if strings.Contains(args[0], "://") {
			o.url = args[0]
		} else {
			o.words = append(o.words, args[0])
		}
		args = args[1:]
	}
	switch {
	case o.url == "":
		return errors.New("no URL\n\thint: name one, as redis://localhost:6379 or nats://localhost:4222, or set RETRYGEN_FLEET_URL")
	case o.timeout <= 0:
		return errors.New("-timeout must be more than 0s")
	case o.wait < 0:
		return errors.New("-wait must not be negative")
	}
	if o.topic == "" {
		o.topic = fleet.DefaultTopic
	}
	if o.by == "" {
		o.by = os.Getenv("USER")
	}
	return nil
}
