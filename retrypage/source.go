package retrypage

import (
	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// A source says who decided the state of a breaker. The metrics of the adapters have the same
// words.
type source string

const (
	own          source = "own"           // the breaker, by its calls
	forced       source = "forced"        // this program, by ForceOpen or ForceClose
	remote       source = "remote"        // other processes, which the breaker follows
	remoteForced source = "remote-forced" // the operator of the fleet
)

func sourceOf(s breaker.Snapshot) source {
	switch {
	case s.Forced && s.Remote:
		return remoteForced
	case s.Forced:
		return forced
	case s.Remote:
		return remote
	}
	return own
}

// Words says on the page where a state comes from.
func (s source) Words() string {
	return map[source]string{
		own: "by itself", forced: "forced here", remote: "on the word of the fleet", remoteForced: "forced by the fleet",
	}[s]
}

// modeBy says who set the mode of a breaker of the group. A mode that both the fleet and this
// process ask for is the fleet's, because it stays if this process takes its word back.
func modeBy(s retry.GroupSnapshot, m breaker.Mode) string {
	switch {
	case m == breaker.On:
		return ""
	case s.Steered != nil && s.Steered.Mode == m:
		return retry.LayerFleet
	}
	return retry.LayerLocal
}

// offBy says who switched the wrappers of the group off.
func offBy(s retry.GroupSnapshot) string {
	switch {
	case s.Enabled:
		return ""
	case s.Steered != nil && s.Steered.Disabled:
		return retry.LayerFleet
	}
	return retry.LayerLocal
}
