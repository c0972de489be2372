// Package retrypage shows what the wrappers of a program do, on a page for the people who
// run it: which breaker is open and when it probes, how much is retried and refused, which
// policies are in force, and why calls gave up.
//
// Most programs need this, next to net/http/pprof:
//
//	page := retrypage.Handler(retrypage.Config{
//		Groups:   retrypage.Groups(payments.Group(), search.Group()),
//		Counting: true,
//	})
//	http.Handle("/debug/retry/", page)
//	server.RegisterOnShutdown(page.Close)
//
// The page can change nothing unless [Config.Control] is set. docs/page.md shows how to
// authenticate those who may, what each thing on the page means, and what it costs.
//
// # Paths
//
// A [Page] goes by the last element of the path and links relatively, so it works below any
// prefix, with http.StripPrefix or without.
//
//	GET  .../               the page
//	GET  .../snapshot.json  the same for programs
//	GET  .../events         updates, as server-sent events
//	GET  .../change         the forms for one dependency; needs Config.Control
//	POST .../preview        what a policy would do; needs Config.Control
//	POST .../change         makes a change; needs Config.Control
package retrypage
