package request

import "net/http"

// Guarded has copies of attempts, each with its own request, and a limit that makes
// attempts wait.
//
//retry:simple attempts=2 delay=10ms
type Guarded interface {
	//retry:hedge after=20ms
	Get(req *http.Request) (*http.Response, error)

	//retry:limit concurrent=1 wait=50ms
	Put(req *http.Request) (status int, err error)
}
