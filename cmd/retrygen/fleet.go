package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
)

// An exitStatus is the error of another command that has printed its own errors.
type exitStatus int

func (exitStatus) Error() string { return "the command has failed" }

// runFleet runs the command retrygen-fleet, which is in a module of its own, because it needs
// the clients of Redis and NATS.
func runFleet(args []string, stdout, stderr io.Writer) error {
	path, err := findFleet()
	if err != nil {
		return err
	}
	// An interrupt goes to both. This process waits for the other one.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	command := exec.Command(path, args...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, stdout, stderr
	err = command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() > 0 {
		return exitStatus(exit.ExitCode())
	}
	return err
}

// findFleet returns the path of retrygen-fleet: on PATH, or beside this command.
func findFleet() (string, error) {
	path, err := exec.LookPath("retrygen-fleet")
	if err == nil {
		return path, nil
	}
	if self, selfErr := os.Executable(); selfErr == nil {
		if path, err = exec.LookPath(filepath.Join(filepath.Dir(self), "retrygen-fleet")); err == nil {
			return path, nil
		}
	}
	return "", errors.New("retrygen: fleet needs the command retrygen-fleet, which is not on PATH\n" +
		"\thint: go install github.com/retrygen/retrygen/fleet/cmd/retrygen-fleet@latest")
}
