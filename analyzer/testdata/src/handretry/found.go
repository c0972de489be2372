package handretry

import (
	"context"
	"errors"
	"log"
	"time"
)

func ping() error            { return nil }
func fetch() (string, error) { return "", nil }

var errBusy = errors.New("busy")

type Store interface {
	Put(key string) error
}

// Success returns, then the wait.
func returns() (err error) {
	for i := 0; i < 3; i++ { // want `this loop retries ping by hand: wait with backoff.Loop, or put a //retry: directive on an interface with the call`
		if err = ping(); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
	return err
}

// A method of an interface of the package.
func method(s Store) (err error) {
	for range 3 { // want `this loop retries Put by hand: put a //retry: directive on the method, or wait with backoff.Loop`
		err = s.Put("a")
		if err == nil {
			break
		}
		time.Sleep(time.Second)
	}
	return err
}

// The wait and continue stand in the branch of the error.
func branch() (string, error) {
	attempt := 0
	for { // want `retries fetch by hand`
		value, err := fetch()
		if err != nil {
			if attempt++; attempt > 3 {
				return "", err
			}
			log.Print(err)
			time.Sleep(time.Second << attempt)
			continue
		}
		return value, nil
	}
}

// The wait is a select.
func selects(ctx context.Context) error {
	for { // want `retries ping by hand`
		err := ping()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// The wait is a timer, and another error ends the loop.
func timer() error {
	for { // want `retries ping by hand`
		err := ping()
		if !errors.Is(err, errBusy) {
			return err
		}
		t := time.NewTimer(time.Second)
		<-t.C
	}
}

// The condition of the loop is the error.
func condition() {
	err := ping()
	for err != nil { // want `retries ping by hand`
		time.Sleep(time.Second)
		err = ping()
	}
}

// Success stands in an else.
func otherwise() {
	for { // want `retries ping by hand`
		if err := ping(); err != nil {
			time.Sleep(time.Second)
		} else {
			break
		}
	}
}

// A ticker is the wait.
func ticker(ticks *time.Ticker) {
	for range ticks.C { // want `retries ping by hand`
		if err := ping(); err == nil {
			return
		}
	}
}

// All but the last attempt wait.
func last() (err error) {
	for i := range 3 { // want `retries ping by hand`
		if err = ping(); err == nil {
			return nil
		}
		if i < 2 {
			time.Sleep(time.Second)
		}
	}
	return err
}
