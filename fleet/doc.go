// Package fleet lets many processes act as one towards a dependency that they share.
//
// Control sets the policies, modes and switches of all processes from one place: a document in
// a [Store] says what changes, for how long, by whom and why; see [ParseDocument]. Hints tell
// the others over a [Bus] when a breaker opens, and a process follows when enough of them say so.
//
// Package fleet needs no library of an engine. Packages fleet/redisbus and fleet/natsbus have a
// Bus and a Store each, and package fleet/fleettest has both in memory, for tests.
package fleet
