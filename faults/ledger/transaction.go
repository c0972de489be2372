package ledger

// A transactionError is what a transaction failed with. Its SafeToRetry is what the word
// unsent of the directives asks for.
//
// It overrules that of the driver, which is about a statement. Up to COMMIT it does not
// matter what was sent, for nothing was done. From there on the driver is not asked: where
// a session breaks while COMMIT waits for its answer, pgx v5.12.0 returns "conn closed",
// of which it says that nothing was sent.
type transactionError struct {
	err        error
	committing bool // so nobody knows whether it was done, unless err says so
}

func (e *transactionError) Error() string { return e.err.Error() }

func (e *transactionError) Unwrap() error { return e.err }

// SafeToRetry reports whether nothing was done.
func (e *transactionError) SafeToRetry() bool { return !e.committing }

// transact makes a transaction of what do does. Every error is a transactionError.
func transact[T any](begin func() (T, error), do func(T) error, commit, rollback func(T) error) error {
	tx, err := begin()
	if err != nil {
		return &transactionError{err, false}
	}
	defer func() { _ = rollback(tx) }() // does nothing after a commit, and what it says else helps nobody
	if err := do(tx); err != nil {
		return &transactionError{err, false}
	}
	if err := commit(tx); err != nil {
		return &transactionError{err, true}
	}
	return nil
}
