package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// What a module needs to generate and to compile wrappers.
const (
	toolPath   = "github.com/retrygen/retrygen/cmd/retrygen"
	modulePath = "github.com/retrygen/retrygen"
)

const nextAfterModule = `
next:
  - annotate an interface, as in

        //go:generate go tool retrygen -type=NAME

        //retry:exponential-jitter attempts=3 base=100ms max=2s
        //retry:timeout attempt=1s total=5s
        //retry:breaker failures=5
        type NAME interface { ... }

    or write one for a client that is a struct: go tool retrygen init -from s3.Client -methods GetObject
  - run go generate ./... and wrap the client: NewResilientNAME(client, nil)
  - go tool retrygen review shows what an outage looks like then
`

// require adds retrygen to the module, unless it is there.
func (o *initOptions) require(ctx context.Context, dir string, stdout, stderr io.Writer) error {
	file, version, err := moduleFile(ctx, dir)
	if err != nil {
		return err
	}
	short := shorten(dir, file.Syntax.Name)
	if version != "" {
		_, err = fmt.Fprintf(stdout, "%s has the tool and requires %s %s\n%s", short, modulePath, version, nextAfterModule)
		return err
	}
	if file.Module != nil && file.Module.Mod.Path == modulePath {
		return fmt.Errorf("retrygen: %s is retrygen's own module", short)
	}
	get := []string{"get", "-tool", toolPath}
	for _, r := range file.Require {
		if r.Mod.Path == modulePath {
			get[2] += "@" + r.Mod.Version // the version that the module has chosen stays
		}
	}
	command := "go " + strings.Join(get, " ")
	if o.nothing {
		_, err = fmt.Fprintf(stdout, "would run %s\n", command)
		return err
	}
	run := exec.CommandContext(ctx, "go", get...)
	run.Dir, run.Stdout, run.Stderr = dir, stderr, stderr
	if err := run.Run(); err != nil {
		return fmt.Errorf("retrygen: %s: %w", command, err)
	}
	_, err = fmt.Fprintf(stdout, "%s: %s\n%s", short, command, nextAfterModule)
	return err
}

// moduleFile reads the go.mod of a folder. The version is that of retrygen if the module has
// the tool and the requirement, and "" otherwise.
func moduleFile(ctx context.Context, dir string) (file *modfile.File, version string, err error) {
	env := exec.CommandContext(ctx, "go", "env", "GOMOD")
	env.Dir = dir
	out, err := env.Output()
	if err != nil {
		return nil, "", fmt.Errorf("retrygen: go env GOMOD: %w", err)
	}
	path := strings.TrimSpace(string(out))
	if path == "" || path == os.DevNull {
		return nil, "", fmt.Errorf("retrygen: this folder is in no module\n\thint: go mod init example.com/NAME")
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("retrygen: %w", err)
	}
	if file, err = modfile.Parse(path, content, nil); err != nil {
		return nil, "", fmt.Errorf("retrygen: %w", err)
	}
	if !slices.ContainsFunc(file.Tool, func(t *modfile.Tool) bool { return t.Path == toolPath }) {
		return file, "", nil
	}
	for _, r := range file.Require {
		if r.Mod.Path == modulePath {
			version = r.Mod.Version
		}
	}
	return file, version, nil
}
