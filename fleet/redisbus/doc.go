// Package redisbus connects a fleet of processes by Redis: it is a fleet.Bus and a fleet.Store.
//
//	client := redis.NewClient(&redis.Options{
//		Addr:                  "redis.internal:6379",
//		Username:              "payments",
//		Password:              password,
//		TLSConfig:             &tls.Config{},
//		ContextTimeoutEnabled: true,
//	})
//	bus, err := redisbus.New(client, nil)
//
// Any [redis.UniversalClient] works: a single server, Sentinel or Cluster. Its option
// ContextTimeoutEnabled must be true, because without it the client ignores deadlines, and a
// server that hangs would hang the bus. The client is the caller's to close, after the contexts
// of all calls have ended. A client of its own keeps the bus from waiting for connections that
// the program uses for other things.
//
// # What is in Redis
//
// Messages are PUBLISH to the channel "{retrygen}:bus:TOPIC". The document is one hash,
// "{retrygen}:document", with the fields text, revision, time and put. A script compares the revision and
// writes the fields, so of two writers at once one gets fleet.ErrConflict. The time is that of
// the server, and so is the age of a document: the clocks of the processes do not matter. The
// document has no time to live, because its sections have one.
//
// A watcher reads the document when a message says that it has changed, each time its
// subscription is made anew, and every [Options.Poll]. So it misses nothing for longer than
// that, whatever Redis loses. When the document is gone, as after FLUSHALL, or after a restart
// without persistence, a watcher gets the zero Document. After a failover to a replica that
// missed the last document, it gets the one before.
//
// # Who may do what
//
// Anyone who can write the document can switch off the breakers of all processes. So give
// Redis passwords and TLS, and let only operators write. With Redis 7 or later:
//
//	ACL SETUSER payments on >PASSWORD resetkeys %R~{retrygen}:document resetchannels &{retrygen}:*
//	    -@all +evalsha_ro +eval_ro +hmget +time +publish +subscribe +unsubscribe +ping +hello
//	ACL SETUSER operator on >PASSWORD resetkeys ~{retrygen}:document resetchannels &{retrygen}:*
//	    -@all +evalsha_ro +eval_ro +evalsha +eval +hmget +hset +time +publish +subscribe +unsubscribe +ping +hello
//
// Cluster needs "+cluster|slots +cluster|shards +command" as well, for both. Before Redis 7, there are no
// scripts that only read, and all processes need the rights of the operator.
package redisbus
