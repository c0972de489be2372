package fleet

import (
	"context"
	"encoding/json"
	"strings"
)

// DefaultTopic is the topic of a fleet whose Config names none.
const DefaultTopic = "retrygen"

// A Report is what a process tells the others about a document. It goes over the Bus as JSON.
type Report struct {
	Process  string    `json:"process"` // see Config.Name
	Kind     EventKind `json:"kind"`    // EventApplied, EventRefused or EventExpired; later versions may add others
	Revision uint64    `json:"revision"`
	Error    string    `json:"error,omitempty"` // why it was refused; long ones are cut off

	// Unmatched are names of an applied document that no wrapper of the process has, up to now.
	Unmatched []string `json:"unmatched,omitempty"`
}

// WatchReports calls receive with the reports of all processes, one at a time, until ctx ends;
// then it returns nil. Topic is that of their Config, or DefaultTopic. It skips messages that
// are not reports. Its error is that of Bus.Subscribe.
func WatchReports(ctx context.Context, bus Bus, topic string, receive func(Report)) error {
	return bus.Subscribe(ctx, reportsTopic(topic), func(message []byte) {
		var r Report
		if len(message) <= maxReport && json.Unmarshal(message, &r) == nil && r.Process != "" && r.Kind != "" {
			receive(r)
		}
	})
}

const (
	maxReport      = 64 << 10 // bytes of a report
	maxReportError = 4 << 10  // bytes of its error, which may name many lines
	maxUnmatched   = 20       // names in a report
)

// report returns an event as a report.
func (f *Fleet) report(e Event) []byte {
	r := Report{Process: f.config.Name, Kind: e.Kind, Revision: e.Revision, Unmatched: e.Unmatched[:min(len(e.Unmatched), maxUnmatched)]}
	if e.Err != nil {
		r.Error = e.Err.Error()
		r.Error = strings.ToValidUTF8(r.Error[:min(len(r.Error), maxReportError)], "")
	}
	message, _ := json.Marshal(r) // it has texts and numbers only
	return message
}

func reportsTopic(topic string) string { return topic + ".reports" }
