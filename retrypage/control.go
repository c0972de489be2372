package retrypage

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

const (
	mostForm    = 64 << 10 // bytes
	mostReason  = 500      // bytes
	mostChanges = 20       // that the page remembers
)

// A change is what somebody has done through the page.
type change struct {
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	What   string    `json:"what"`
	Reason string    `json:"reason"`
}

// csrf refuses forms that a page of another origin has sent.
var csrf = http.NewCrossOriginProtection()

// consented asks the program before a handler shows a form or does something.
func (p *Page) consented(next func(http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := csrf.Check(r); err != nil {
			p.refuse(w, r, http.StatusForbidden, "A page of another origin has sent this.", err)
			return
		}
		if err := p.config.Control(r); err != nil {
			p.refuse(w, r, http.StatusForbidden, "You may not change anything here.", err)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		if r.Method == http.MethodPost {
			if err := r.ParseForm(); err != nil {
				p.refuse(w, r, http.StatusBadRequest, "The form cannot be read.", err)
				return
			}
			if r.PostForm.Get("token") != p.token {
				p.refuse(w, r, http.StatusConflict, "The form is of another process, or of one that has ended. Go back and load it again.", nil)
				return
			}
		}
		next(w, r)
	}
}

// refuse answers and logs that something was not done. The reader does not learn more than
// that.
func (p *Page) refuse(w http.ResponseWriter, r *http.Request, status int, text string, err error) {
	attrs := []any{slog.String("remote", r.RemoteAddr), slog.String("path", r.URL.Path), slog.String("why", text)}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	p.config.Logger.WarnContext(r.Context(), "retry page: refused", attrs...)
	p.fail(w, status, text)
}

// fail shows a page that says why something was not done.
func (p *Page) fail(w http.ResponseWriter, status int, text string) {
	writeHTML(w, status, render("failed.html", failure{p.config.Title, "not done", text, bad}))
}

type failure struct {
	Title, Heading, Text string
	Level                level
}

// serveChange makes a change and shows the page again.
func (p *Page) serveChange(w http.ResponseWriter, r *http.Request) {
	d, ok := p.dependency(r.PostForm.Get("dependency"))
	if !ok {
		p.fail(w, http.StatusNotFound, "There is no such dependency any more.")
		return
	}
	reason := strings.TrimSpace(r.PostForm.Get("reason"))
	if reason == "" || len(reason) > mostReason {
		p.fail(w, http.StatusUnprocessableEntity, fmt.Sprintf("Say why, in 1 to %d bytes: others will ask.", mostReason))
		return
	}
	do := p.action(r.PostForm.Get("do"))
	if do == nil {
		p.fail(w, http.StatusUnprocessableEntity, "There is no such action.")
		return
	}
	what, err := do(d.group, orderOf(r.PostForm))
	if err != nil {
		p.fail(w, http.StatusUnprocessableEntity, "Nothing has changed. "+err.Error())
		return
	}
	p.note(r, d.Name, what, reason)
	w.Header().Set("Location", "./#"+d.ID)
	w.WriteHeader(http.StatusSeeOther)
}

// note logs a change, and puts it on the page.
func (p *Page) note(r *http.Request, dependency, what, reason string) {
	c := change{At: time.Now(), Who: p.config.Who(r), What: dependency + ": " + what, Reason: reason}
	p.config.Logger.InfoContext(r.Context(), "retry page: changed",
		slog.String("dependency", dependency), slog.String("change", what), slog.String("reason", reason), slog.String("who", c.Who),
		slog.String("remote", r.RemoteAddr))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changes = append([]change{c}, p.changes[:min(len(p.changes), mostChanges-1)]...)
	p.made++
	p.last = view{} // it shows what was before
}

// dependency returns what the page shows of a dependency now.
func (p *Page) dependency(id string) (dependency, bool) {
	for _, d := range p.observe().Dependencies {
		if d.ID == id {
			return d, true
		}
	}
	return dependency{}, false
}

// who names the person behind a request by what was verified, and where it came from.
func who(r *http.Request) string {
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		return r.TLS.VerifiedChains[0][0].Subject.String() + ", " + r.RemoteAddr
	}
	if name, _, ok := r.BasicAuth(); ok {
		return name + ", " + r.RemoteAddr
	}
	return r.RemoteAddr
}
