package handretry

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"log"
	"net"
	"time"
)

// A worker goes on after a success, too.
func worker() {
	for {
		if err := ping(); err != nil {
			log.Print(err)
		}
		time.Sleep(time.Minute)
	}
}

// Polling for a state: an error ends the loop.
func polls() error {
	for {
		value, err := fetch()
		if err != nil {
			return err
		}
		if value == "done" {
			return nil
		}
		time.Sleep(time.Second)
	}
}

// Accepting connections goes on after a success, as net/http does.
func accepts(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			time.Sleep(time.Second)
			continue
		}
		conn.Close()
	}
}

// A retry without a wait.
func atOnce() (err error) {
	for range 3 {
		if err = ping(); err == nil {
			return nil
		}
	}
	return err
}

// A wait that is between items, not after errors.
func paced(keys []string) error {
	for range keys {
		if err := ping(); err != nil {
			return err
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

// The error is that of a check, not of a call.
func checks(ready func() bool) error {
	for {
		err := errors.New("not ready")
		if ready() {
			err = nil
		}
		if err == nil {
			return nil
		}
		err = fmt.Errorf("wait: %w", err)
		time.Sleep(time.Second)
	}
}

// No error at all.
func waits(ready func() bool) {
	for !ready() {
		time.Sleep(time.Second)
	}
}

// Reading until the end.
func reads(r *bufio.Reader) {
	for {
		_, err := r.ReadByte()
		if err != nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
}

func loop(ctx context.Context) iter.Seq[int] { return func(func(int) bool) {} }

// The waits of a loop like backoff.Loop.
func waited(ctx context.Context) (err error) {
	for range loop(ctx) {
		if err = ping(); err == nil {
			break
		}
	}
	return err
}

// The wait is in another func, that nobody calls here.
func elsewhere() (err error) {
	var later []func()
	for range 3 {
		if err = ping(); err == nil {
			return nil
		}
		later = append(later, func() { time.Sleep(time.Second) })
	}
	return err
}

// Success does not end the loop.
func counts() (failed int) {
	for range 3 {
		if err := ping(); err != nil {
			failed++
			time.Sleep(time.Second)
			continue
		}
		log.Print("up")
	}
	return failed
}

// Silenced with a reason.
func silenced() (err error) {
	for range 3 { //nolint:retrygen // the device needs fixed waits
		if err = ping(); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}
