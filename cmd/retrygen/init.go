package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/retrygen/retrygen/gen"
)

const initUsage = `retrygen init begins with retrygen in a module that exists. It asks nothing.

Usage:
	retrygen init [-n]
	retrygen init [-tags TAGS] packages
	retrygen init [-n] -from TYPE -methods M,... [-name NAME] [-o FILE] [-tags TAGS]

Without -from it adds retrygen to go.mod as a tool and as a requirement, by "go get -tool".

With packages, as in ./..., it lists the interfaces that are worth a wrapper and why, those
that have directives, and the clients of other modules for -from. It writes nothing.

With -from it writes an annotated interface for a client that the module uses. The file
belongs to the package in the working directory. A comment says why each directive is
there. It never overwrites a file, and never declares a name that the package has.

Flags:
	-from TYPE      the client: s3.Client if a package of the module imports s3, or with
	                its path: github.com/aws/aws-sdk-go-v2/service/s3.Client
	-methods M,...  the methods of the client that the program calls
	-name NAME      the interface; default: as S3Client
	-o FILE         the file; default: the name in lower case, as s3client.go
	-n              change nothing; show the command or the file
	-tags TAGS      build tags, separated by commas

Exit status: 0 done, 2 errors.
`

// initOptions are the command line of retrygen init.
type initOptions struct {
	options
	ask     gen.DraftQuestion
	nothing bool
}

// initialize is the command "retrygen init".
func initialize(args []string, stdout, stderr io.Writer) error {
	var opts initOptions
	flags := flag.NewFlagSet("retrygen", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&opts.tags, "tags", "", "")
	flags.StringVar(&opts.ask.From, "from", "", "")
	flags.StringVar(&opts.ask.Name, "name", "", "")
	flags.StringVar(&opts.ask.File, "o", "", "")
	flags.BoolVar(&opts.nothing, "n", false, "")
	flags.Func("methods", "", func(text string) error {
		opts.ask.Methods = append(opts.ask.Methods, splitNames(text)...)
		return nil
	})
	if err := opts.parse(flags, args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			_, err = io.WriteString(stdout, initUsage)
		}
		return err
	}
	for _, name := range []string{"methods", "name", "o"} {
		if given(flags, name) && opts.ask.From == "" {
			return fmt.Errorf("retrygen: -%s needs -from\n\thint: retrygen help init", name)
		}
	}
	if given(flags, "tags") && opts.ask.From == "" && len(opts.packages) == 0 {
		return errors.New("retrygen: -tags needs -from or packages\n\thint: retrygen help init")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt kills the command at once
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	switch {
	case opts.ask.From != "" && len(opts.packages) > 0:
		return errors.New("retrygen: init -from takes no packages\n\thint: run it in the folder of the package that gets the interface")
	case opts.ask.From != "":
		return opts.draft(ctx, dir, stdout)
	case len(opts.packages) > 0:
		return opts.look(ctx, dir, stdout)
	}
	return opts.require(ctx, dir, stdout, stderr)
}

// draft writes an annotated interface for a client.
func (o *initOptions) draft(ctx context.Context, dir string, stdout io.Writer) error {
	draft, err := gen.WriteDraft(ctx, o.config(dir), o.ask)
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		return relative(dir, err)
	}
	short := shorten(dir, draft.Path)
	if _, err := os.Lstat(draft.Path); err == nil {
		return fmt.Errorf("retrygen: %s exists, and init overwrites nothing\n\thint: write another file with -o", short)
	}
	if o.nothing {
		_, err = stdout.Write(draft.Content)
		return err
	}
	if err := writeNew(draft.Path, draft.Content); err != nil {
		return fmt.Errorf("retrygen: %w", err)
	}
	_, err = io.WriteString(stdout, nextAfterDraft(draft, short))
	return err
}

// writeNew writes a file that does not exist, or fails.
func writeNew(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}

// nextAfterDraft says what to do with a drafted interface.
func nextAfterDraft(d *gen.Draft, file string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "wrote %s with the interface %s, which %s fits\n\nnext:\n", file, d.Name, d.Client)
	fmt.Fprintf(&b, "  - read its comments and correct the timeouts, then run go generate\n")
	fmt.Fprintf(&b, "  - where the program makes its %s, wrap it: %s(client, nil)\n", d.Client, d.Wrapper)
	fmt.Fprintf(&b, "  - use %s in fields and parameters in place of %s\n", d.Name, d.Client)
	if d.Switch != "" {
		fmt.Fprintf(&b, "  - %s\n", d.Switch)
	}
	if d.Unknown != "" {
		fmt.Fprintf(&b, "  - name the errors of %s that are answers with not, or sort them with classify\n", d.Unknown)
	}
	return b.String()
}
