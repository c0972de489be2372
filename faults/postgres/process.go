package postgres

import (
	"bytes"
	"os/exec"
	"syscall"
)

// A process is the postmaster of a server.
type process struct {
	command *exec.Cmd
	log     bytes.Buffer  // not to be read before the end
	over    chan struct{} // closed at the end
}

// start starts a process.
func start(command *exec.Cmd) (*process, error) {
	p := &process{command: command, over: make(chan struct{})}
	command.Stdout, command.Stderr = &p.log, &p.log
	if err := command.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.over)
		_ = command.Wait() // the error only tells which signal ended it
	}()
	return p, nil
}

// end ends the process, unless it has ended, and waits for its end.
func (p *process) end(how syscall.Signal) {
	_ = p.command.Process.Signal(how) // fails if the process has ended
	<-p.over
}

// tail returns the end of the log of a process that has ended.
func (p *process) tail() []byte {
	const most = 4 << 10
	log := p.log.Bytes()
	return log[max(0, len(log)-most):]
}
