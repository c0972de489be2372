package retrypage

import (
	"log/slog"
	"net/http"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// A Config says what the page shows, to whom, and what may be changed on it. Only Groups is
// needed.
type Config struct {
	// Groups returns the groups to show. The page calls it for each sample, on a goroutine of
	// its own or of a request, so groups may come and go. See [Groups] for a fixed list. Nil:
	// the page shows none.
	Groups func() []*retry.Group

	// Fleet returns the fleet.Status of the part that this process takes in a fleet:
	//
	//	Fleet: func() any { return f.Status() },
	//
	// The page reads the JSON of it, and does not need package fleet. It shows the document in
	// force with authors, reasons and the time left, the last refusal, and how many processes
	// are alive. Nil: the page shows no fleet.
	Fleet func() any

	// Title is the name of the program, in the head of the page. Empty: "retry".
	Title string

	// Every is the time between two samples while somebody looks at the page, at least
	// 100ms. It bounds how late a change of state appears. Zero: 500ms.
	Every time.Duration

	// History samples all the time, so that the sparklines are full when somebody opens the
	// page. It costs one Group.Snapshot of each group for each Every. False: the page
	// samples while somebody looks, and for 30s after.
	History bool

	// Counting calls Group.SetCounting(true) once for each group that the page meets. Without
	// counting there are no sparklines, counts and give-ups. False: the page shows them for
	// the groups whose counting the program has switched on.
	Counting bool

	// ShowErrors shows the texts of errors, which may hold what nobody else should read.
	// False: the page shows why calls gave up and of which class the errors were.
	ShowErrors bool

	// ShowKeys shows up to eight keys whose breaker is forced or not closed, of each breaker
	// with a key. With Control, the form of a dependency can then force and reset single keys,
	// and the log shows which. A key may be a secret, or the name of a customer. False: the
	// page counts them.
	ShowKeys bool

	// Streams is how many streams of updates may be open at once. A page beyond them loads
	// itself again every few seconds. Zero: 16.
	Streams int

	// Hosts are the names by which the page may be asked for, without a port, such as
	// "retry.example.com". Other names get status 421, because a page of another origin can
	// give its own name the address of this server (DNS rebinding). IP addresses,
	// "localhost" and names below it need no entry. The entry "*" admits every name: use it
	// only behind a proxy that checks them.
	Hosts []string

	// Control says whether a request may change something: nil means yes. It must
	// authenticate the request, because it is all that stands between a reader of the page
	// and an open breaker. The page asks it before it shows a form and before each change.
	// Nil: nobody can change anything, and there is nothing to send a change to.
	Control func(*http.Request) error

	// Who names the person behind a request that Control has admitted, for the log and for
	// the list of changes. Nil: the subject of the verified client certificate or the user of
	// basic authentication, with the remote address.
	Who func(*http.Request) string

	// Logger gets a line for each change and each refused one, with who, why and what. Nil:
	// slog.Default().
	Logger *slog.Logger
}

// Groups returns a func for Config.Groups that returns these.
func Groups(groups ...*retry.Group) func() []*retry.Group {
	return func() []*retry.Group { return groups }
}

const (
	defaultEvery   = 500 * time.Millisecond
	leastEvery     = 100 * time.Millisecond
	defaultStreams = 16

	// linger is how long sampling goes on after the last look. A page without JavaScript
	// looks every five seconds.
	linger = 30 * time.Second
)

func (c Config) withDefaults() Config {
	if c.Groups == nil {
		c.Groups = Groups()
	}
	if c.Title == "" {
		c.Title = "retry"
	}
	if c.Every <= 0 {
		c.Every = defaultEvery
	}
	c.Every = max(c.Every, leastEvery)
	if c.Streams <= 0 {
		c.Streams = defaultStreams
	}
	if c.Who == nil {
		c.Who = who
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}
