package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// checked runs "retrygen explain -overrides" on a document, if the command line says for which
// packages. Name stands for the document in the output.
func (o *options) checked(ctx context.Context, text, name string) error {
	if o.check == "" {
		return nil
	}
	retrygen, err := retrygen()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "retrygen-fleet-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // what stays is in the folder for that
	file := filepath.Join(dir, "document")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	args := append([]string{"explain", "-short", "-overrides", file}, strings.Split(o.check, ",")...)
	command := exec.CommandContext(ctx, retrygen, args...)
	var faults strings.Builder
	command.Stderr = &faults
	if err := command.Run(); err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok {
			return err
		}
		text := strings.ReplaceAll(faults.String(), file, name)
		if _, err := fmt.Fprintf(o.err, "%sretrygen-fleet: nothing is changed: -check has found faults\n", text); err != nil {
			return err
		}
		return errRefused
	}
	return nil
}

// retrygen returns the path of the command: beside this one, or on PATH.
func retrygen() (string, error) {
	if self, err := os.Executable(); err == nil {
		if path, err := exec.LookPath(filepath.Join(filepath.Dir(self), "retrygen")); err == nil {
			return path, nil
		}
	}
	path, err := exec.LookPath("retrygen")
	if err != nil {
		return "", errors.New("-check needs the command retrygen\n\thint: go install github.com/retrygen/retrygen/cmd/retrygen@latest")
	}
	return path, nil
}
