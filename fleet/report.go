package fleet

import (
	"context"
	"encoding/json"
)

// DefaultTopic is the topic of a fleet whose Config names none.
const DefaultTopic = "retrygen"

// A Report is what a process tells the others about a document. It goes over the Bus as JSON.
type Report struct {
	Process  string `json:"process"` // see Config.Name
	Kind     string `json:"kind"`    // EventApplied, EventRefused or EventExpired; later versions may add others
	Revision uint64 `json:"revision"`
	Error    string `json:"error,omitempty"` // why it was refused
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

// maxReport is the greatest length of a report in bytes. An error may name many lines.
const maxReport = 16 << 10

// maxReportError is how much of an error a report has.
const maxReportError = 4 << 10

func reportsTopic(topic string) string { return topic + ".reports" }

// What an Event or a Report is about.
const (
	EventApplied = "applied" // a document is in force
	EventRefused = "refused" // a document is not taken, and the one before it stays
	EventExpired = "expired" // the time of a section is over
)
