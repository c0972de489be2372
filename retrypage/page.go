package retrypage

import (
	"crypto/rand"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// A Page is the handler that [Handler] returns. It is safe for concurrent use.
type Page struct {
	config Config
	served http.Handler
	routes map[string]map[string]http.HandlerFunc
	token  string // of the forms: those of another process, or of an earlier one, are refused
	ended  chan struct{}
	done   sync.WaitGroup // the sampling

	mu       sync.Mutex
	closed   bool
	sampling bool
	looked   time.Time // when somebody looked last
	streams  int       // that are open
	known    map[*retry.Group]*record
	met      int      // groups so far
	changes  []change // the last ones
	made     int      // how many there were
	last     view
	frame    *frame        // what the streams send; nil before the first
	framed   chan struct{} // closed when there is a new frame
}

// Handler returns a Page. It samples from the start if Config.History is set.
func Handler(config Config) *Page {
	p := &Page{
		config: config.withDefaults(),
		token:  rand.Text(),
		ended:  make(chan struct{}),
		known:  make(map[*retry.Group]*record),
		framed: make(chan struct{}),
	}
	p.routes = p.routesOf()
	p.served = p.guard(http.HandlerFunc(p.route))
	if config.History {
		p.look()
	}
	return p
}

// ServeHTTP serves the page and what belongs to it.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.served.ServeHTTP(w, r) }

// Close ends the sampling and the streams of updates, and waits for the sampling. The page
// can still be read. http.Server.Shutdown waits for streams, so give Close to
// http.Server.RegisterOnShutdown.
func (p *Page) Close() {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.ended)
	}
	p.mu.Unlock()
	p.done.Wait()
}

// route finds what is asked for by the last element of the path, because the page does not
// know its prefix.
func (p *Page) route(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "" { // the prefix was stripped, and nothing was left
		asked, _, _ := strings.Cut(r.RequestURI, "?")
		w.Header().Set("Location", path.Base(asked)+"/")
		w.WriteHeader(http.StatusMovedPermanently)
		return
	}
	_, name := path.Split(r.URL.Path)
	methods := p.routes[name]
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	switch serve := methods[method]; {
	case methods == nil:
		http.NotFound(w, r)
	case serve == nil:
		allowed := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
		w.Header().Set("Allow", allowed)
		http.Error(w, "This takes "+allowed+" only.", http.StatusMethodNotAllowed)
	default:
		serve(w, r)
	}
}

// routesOf returns the handlers by the last element of the path and the method. Without
// Config.Control there is none that changes anything.
func (p *Page) routesOf() map[string]map[string]http.HandlerFunc {
	routes := map[string]map[string]http.HandlerFunc{
		"":              {http.MethodGet: p.servePage},
		"snapshot.json": {http.MethodGet: p.serveJSON},
		"events":        {http.MethodGet: p.serveEvents},
	}
	if p.config.Control != nil {
		routes["change"] = map[string]http.HandlerFunc{http.MethodGet: p.consented(p.serveForms), http.MethodPost: p.consented(p.serveChange)}
		routes["preview"] = map[string]http.HandlerFunc{http.MethodPost: p.consented(p.servePreview)}
	}
	return routes
}
