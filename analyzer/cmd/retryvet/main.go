// Retryvet finds mistakes around retries: wrappers that are built for each request, contexts
// that are lost on the way to a wrapper, loops that retry by hand, and retries around clients
// that retry by themselves.
//
//	go vet -vettool=$(which retryvet) ./...
//	retryvet ./...
//	retryvet -fix ./...
//	retryvet help lostcontext
//
// The flag of an analyzer chooses it: -handretry runs only that one, and -handretry=false runs
// all others. The exit status is not 0 if there are findings. docs/analyzer.md explains them.
package main

import (
	"golang.org/x/tools/go/analysis/multichecker"

	"github.com/retrygen/retrygen/analyzer"
)

func main() { multichecker.Main(analyzer.All()...) }
