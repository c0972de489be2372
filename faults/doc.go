// Package faults proves generated wrappers on real sockets, against a server of
// HTTP and a PostgreSQL that fail. It is a module of its own, so that nothing of
// this reaches the go.mod of retrygen.
//
//	go test -race ./...
//
// stays on the loopback interface and takes a minute or two. What fails, and when, is
// drawn from a seed that each test prints, with -v or when it fails; FAULTS_SEED=NUMBER
// draws the same again. How the goroutines and the sockets are scheduled no seed repeats,
// so the tests assert what has to hold under every schedule.
//
//   - Package proxy stands between client and server. It refuses, resets,
//     truncates, stalls, delays and swallows connections, by a plan.
//   - Package payment is a client over HTTP, and its server: small like those of
//     examples/payment, which is a program and fails by itself. What the server
//     acknowledged, it did, exactly once: with an idempotency key whatever the proxy does,
//     without one because only what was not sent is sent again. No call takes
//     longer than its timeout, a dependency that swallows all opens the breaker,
//     and the breaker closes when the dependency is back.
//   - Package ledger is a repository in PostgreSQL, once on database/sql and once
//     on pgxpool. Each entry is written exactly once although the server is killed
//     and restarted, its sessions are terminated and the network fails; transactions
//     that the server rolls back, for a conflict or a deadlock, are repeated as a
//     whole.
//   - Package postgres starts the server that is killed, in a folder of its own, and
//     stops it in the end.
//
// The tests of the last two need the programs of PostgreSQL, in the path or where the
// package postgresql of Debian puts them, and are skipped without. Where they must not
// be, FAULTS_REQUIRE=postgres makes it a failure. The server runs as the user of the
// tests, or as the user postgres where that is root.
package faults
