package otelretry

// The values of retrygen.source: who decided the state of a breaker.
const (
	sourceOwn          = "own"           // the breaker, by its calls
	sourceForced       = "forced"        // this program, by ForceOpen or ForceClose
	sourceRemote       = "remote"        // other processes, which it follows
	sourceRemoteForced = "remote-forced" // the operator of a fleet
)

var sources = []string{sourceOwn, sourceForced, sourceRemote, sourceRemoteForced}

func sourceOf(forced, remote bool) string {
	switch {
	case forced && remote:
		return sourceRemoteForced
	case forced:
		return sourceForced
	case remote:
		return sourceRemote
	}
	return sourceOwn
}
