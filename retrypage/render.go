package retrypage

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
)

//go:embed assets
var assets embed.FS

var (
	script = read("page.js")
	style  = read("page.css")
	pages  = template.Must(template.New("").Funcs(template.FuncMap{
		"script":   func() template.JS { return template.JS(script) },
		"style":    func() template.CSS { return template.CSS(style) },
		"clock":    func(t time.Time) string { return t.UTC().Format("15:04:05") },
		"exact":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"brief":    brief,
		"rate":     rate,
		"lines":    linesOf,
		"times":    func(f float64) string { return fmt.Sprintf("%.2f", f) },
		"since":    func(s span) string { return round(time.Duration(s)).String() },
		"plural":   func(n int, one, many string) string { return count(n, one, many) },
		"plural64": func(n int64, one, many string) string { return count(n, one, many) },
		"first":    func(list []problem) problem { return list[0] },
	}).ParseFS(assets, "assets/*.html"))
)

func read(name string) string {
	content, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(content)
}

// rate returns a number per second that takes little room.
func rate(perSecond float64) string {
	switch {
	case perSecond <= 0:
		return "0/s"
	case perSecond < 0.1:
		return "<0.1/s"
	case perSecond < 10:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", perSecond), ".0") + "/s"
	}
	return fmt.Sprintf("%.0f/s", perSecond)
}

// render executes a template. A fault in one must not end the program that the page is about,
// so it is shown in place of the part.
func render(name string, data any) []byte {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, data); err != nil {
		return []byte(template.HTMLEscapeString(err.Error()))
	}
	return out.Bytes()
}

// A pageData is what the page is made of.
type pageData struct {
	view
	Structure string
	Control   bool // the viewer may change something
	Refresh   int  // seconds until a page without JavaScript loads itself again
}

const refresh = 5

func (p *Page) servePage(w http.ResponseWriter, r *http.Request) {
	p.look()
	v := p.current()
	mayChange := p.config.Control != nil && p.config.Control(r) == nil
	writeHTML(w, http.StatusOK, render("page.html", pageData{v, structureOf(v), mayChange, refresh}))
}

func (p *Page) serveJSON(w http.ResponseWriter, _ *http.Request) {
	p.look()
	out, err := json.MarshalIndent(p.current(), "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(out, '\n')) // the reader may be gone
}

func writeHTML(w http.ResponseWriter, status int, page []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page) // the reader may be gone
}

// structureOf returns what of a view a page cannot take from a frame: which dependencies
// there are, with which methods.
func structureOf(v view) string {
	sum := newSum()
	ids := make(map[string]dependency)
	for _, d := range v.Dependencies {
		ids[d.ID] = d
	}
	for _, id := range sortedKeys(ids) {
		sum.add(id, ids[id].Name)
		for _, m := range ids[id].Methods {
			sum.add(m.Method)
		}
	}
	return sum.text()
}
