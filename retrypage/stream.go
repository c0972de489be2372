package retrypage

import (
	"encoding/json"
	"net/http"
	"time"
)

const (
	// heartbeat is how often a stream sends something when nothing changes, so that both
	// ends notice when the other one is gone.
	heartbeat = 15 * time.Second

	// patience is how long a write to a reader may take.
	patience = 10 * time.Second
)

// serveEvents sends what changes, until the reader is gone or the page is closed.
func (p *Page) serveEvents(w http.ResponseWriter, r *http.Request) {
	if !p.openStream() {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "Too many people look at this page.", http.StatusServiceUnavailable)
		return
	}
	defer p.closeStream()
	p.look()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy must not hold it back
	if r.Method == http.MethodHead {
		return
	}
	s := stream{http.NewResponseController(w), w, make(map[string]string)}
	if s.write("retry: 2000\n\n") != nil {
		return
	}
	alive := time.NewTicker(heartbeat)
	defer alive.Stop()
	p.mu.Lock()
	framed := p.framed // a frame from before may show what was true long ago
	p.mu.Unlock()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-p.ended:
			return
		case <-alive.C:
			err = s.write(": alive\n\n")
		case <-framed:
			p.mu.Lock()
			var f *frame
			f, framed = p.frame, p.framed
			p.mu.Unlock()
			err = s.send(f)
		}
		if err != nil {
			return // the reader is gone
		}
	}
}

// openStream reports whether there is room for another stream, and takes it.
func (p *Page) openStream() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.streams >= p.config.Streams {
		return false
	}
	p.streams++
	return true
}

func (p *Page) closeStream() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.streams--
	p.looked = time.Now()
}

// isWatched reports whether a stream is open.
func (p *Page) isWatched() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.streams > 0
}

// publish gives a view to the streams.
func (p *Page) publish(v view) {
	f := frameOf(v)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frame = f
	close(p.framed)
	p.framed = make(chan struct{})
}

// A stream writes server-sent events to one reader.
type stream struct {
	control *http.ResponseController
	to      http.ResponseWriter
	sent    map[string]string // parts by id
}

// send writes what differs from the last frame.
func (s *stream) send(f *frame) error {
	f = f.since(s.sent)
	if f == nil {
		return nil
	}
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return s.write("data: " + string(data) + "\n\n")
}

// write writes and flushes. The deadline of the server is for a whole response, which a
// stream has no end of, so each write gets one of its own where the connection has deadlines.
func (s *stream) write(text string) error {
	_ = s.control.SetWriteDeadline(time.Now().Add(patience))
	if _, err := s.to.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
