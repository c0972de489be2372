package ledger

// The statements of both ledgers.
const (
	schema = `
		CREATE TABLE accounts (name text PRIMARY KEY);
		CREATE TABLE entries (
			id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
			key     text UNIQUE,
			account text NOT NULL,
			amount  bigint NOT NULL CHECK (amount <> 0),
			note    text NOT NULL
		);
		CREATE INDEX ON entries (account);`

	// insertKeyed returns no row if the key is known.
	insertKeyed = `INSERT INTO entries (key, account, amount, note) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key) DO NOTHING RETURNING id`
	selectKeyed = `SELECT id FROM entries WHERE key = $1`

	insert      = `INSERT INTO entries (account, amount, note) VALUES ($1, $2, $3)`
	lock        = `SELECT FROM accounts WHERE name = $1 FOR UPDATE`
	sumOfAmount = `SELECT coalesce(sum(amount), 0)::bigint FROM entries WHERE account = $1`
)
