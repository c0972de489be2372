package ledger

// An uncommittedError is the error of a transaction that failed before its COMMIT. Its
// SafeToRetry is what the word unsent of the directives asks for. The driver answers for
// one statement, and says no if that may have run. But whatever ran, the database rolls
// it back.
type uncommittedError struct{ error }

func (e uncommittedError) Unwrap() error { return e.error }

// SafeToRetry reports that nothing was done.
func (uncommittedError) SafeToRetry() bool { return true }

// transact runs do in a transaction. An error of COMMIT is the driver's: only the driver
// knows whether COMMIT was sent.
func transact[T any](begin func() (T, error), do func(T) error, commit, rollback func(T) error) error {
	tx, err := begin()
	if err != nil {
		return uncommittedError{err}
	}
	defer func() { _ = rollback(tx) }() // does nothing after COMMIT; otherwise its error does not matter
	if err := do(tx); err != nil {
		return uncommittedError{err}
	}
	return commit(tx)
}
