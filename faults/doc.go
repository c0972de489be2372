// Package faults tests generated wrappers on real sockets, with an HTTP server, a PostgreSQL
// server, and the engines of a fleet that fail. It is a module of its own, so that nothing of this gets into
// the go.mod of retrygen.
//
//	go test -race ./...
//
// uses only the loopback interface and takes a few minutes. A seed draws the faults and
// their times. Each test prints its seed, with -v or if it fails, and FAULTS_SEED=NUMBER
// draws the same faults again. No seed repeats how goroutines and sockets are scheduled, so
// the tests check what must hold under every schedule.
//
//   - Package proxy stands between client and server. It refuses, resets, truncates,
//     stalls, delays and swallows connections, as a plan says.
//   - Package payment is a client over HTTP, and its server. They are as small as those of
//     examples/payment, which is a program and fails by itself. The server takes every
//     acknowledged payment exactly once: with an idempotency key because it drops
//     repetitions, and without one because only requests that were not sent are sent again.
//     No call takes longer than its timeout. A dependency that swallows everything opens
//     the breaker, which closes when the dependency is back.
//   - Package ledger is a repository in PostgreSQL, on database/sql and on pgxpool. Every
//     acknowledged entry is written exactly once, although the server is killed and
//     restarted, its sessions are terminated, and the network fails. Transactions that the
//     server rolls back, because of a conflict or a deadlock, are repeated as a whole.
//   - Package postgres starts the server in a folder of its own, kills it, and stops it in
//     the end.
//   - Package fleet is ten processes and more that call one dependency, with a redis-server or
//     a nats-server between them. Fewer calls reach a dead dependency; processes that are cut
//     off open nobody else's breaker; the engine is killed, stopped and slowed down, and no
//     call notices; documents of an operator are taken by all processes or by none.
//
// The tests of ledger and postgres need the programs of PostgreSQL, in the path or where the
// Debian package postgresql puts them, and those of fleet need redis-server. If they are
// missing, the tests are skipped, or fail if FAULTS_REQUIRE names them: postgres,redis. The server runs as the user of the tests, or as the
// user postgres if that is root.
package faults
