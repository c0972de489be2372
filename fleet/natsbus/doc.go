// Package natsbus connects a fleet of processes by NATS: it is a fleet.Bus and a fleet.Store.
//
//	conn, err := nats.Connect("tls://nats.internal:4222",
//		nats.UserCredentials("/etc/payments/nats.creds"),
//		nats.RootCAs("/etc/payments/ca.pem"),
//		nats.MaxReconnects(-1),
//		nats.RetryOnFailedConnect(true),
//		nats.PingInterval(5*time.Second),
//	)
//	if err != nil {
//		return err
//	}
//	bus, err := natsbus.New(conn, nil)
//
// The connection is the caller's to configure and to close, after the contexts of all calls
// have ended. Three of its options matter here. With MaxReconnects(-1), it never gives up; by
// default it does after 60 attempts, and then Subscribe and Watch return an error. With
// RetryOnFailedConnect(true), the program starts while NATS is down. PingInterval is how soon
// the connection notices a server that hangs: two of them; the default is two minutes.
//
// # What is in NATS
//
// Messages go over core NATS, on the subject "retrygen.bus.TOPIC". The document is the key
// "document" in a bucket of JetStream, "retrygen". Only the document needs JetStream. Revisions
// are those of the bucket, so of two writers at once one gets fleet.ErrConflict. The age of a
// document is the difference of two times of the server: the clocks of the processes do not
// matter. The document has no time to live, because its sections have one.
//
// Somebody who may do so makes the bucket once: an operator, who decides how many servers keep
// it, or a Bus with [Options.Create]. The rules below do not let processes make it.
//
// A watcher of the bucket brings each document. A Bus also reads the document each time that
// the connection is made anew, and every [Options.Poll], so that it misses nothing for longer
// than that. When the document is gone, as when somebody deletes the key or the bucket, it gets
// the zero Document.
//
// # Who may do what
//
// Anyone who can write the document can switch off the breakers of all processes. So give NATS
// credentials and TLS, and let only operators write. In the configuration of a server:
//
//	authorization {
//	  payments = {
//	    publish = ["retrygen.bus.>", "$JS.API.STREAM.INFO.KV_retrygen", "$JS.API.DIRECT.GET.KV_retrygen.>",
//	      "$JS.API.CONSUMER.CREATE.KV_retrygen.>", "$JS.API.CONSUMER.DELETE.KV_retrygen.>", "$JS.FC.KV_retrygen.>"]
//	    subscribe = ["retrygen.bus.>", "_INBOX.>"]
//	  }
//	  operator = {
//	    publish = ["retrygen.bus.>", "$JS.API.>", "$KV.retrygen.document", "$JS.FC.>"]
//	    subscribe = ["retrygen.bus.>", "_INBOX.>"]
//	  }
//	  users = [
//	    {user: payments, password: PASSWORD, permissions: $payments}
//	    {user: operator, password: PASSWORD, permissions: $operator}
//	  ]
//	}
//
// With these rules, the operator makes the bucket, by its first Put with [Options.Create].
package natsbus
