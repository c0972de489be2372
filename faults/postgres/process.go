package postgres

import (
	"bytes"
	"os/exec"
	"syscall"
)

// A process is the postmaster of a server.
type process struct {
	command *exec.Cmd
	log     bytes.Buffer  // to be read when it has ended
	over    chan struct{} // closed when it has ended
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
		_ = command.Wait() // how it ended is what the signal said
	}()
	return p, nil
}

// end ends the process, if it has not, and waits for that.
func (p *process) end(how syscall.Signal) {
	_ = p.command.Process.Signal(how) // an error says that it has ended
	<-p.over
}

// tail is the end of what the process has logged. It has ended.
func (p *process) tail() []byte {
	const most = 4 << 10
	log := p.log.Bytes()
	return log[max(0, len(log)-most):]
}
