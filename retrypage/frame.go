package retrypage

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
)

// A frame is what changes on a page that somebody looks at.
type frame struct {
	Structure string            `json:"structure"` // a page of another structure loads itself again
	Title     string            `json:"title"`
	Level     string            `json:"level"`
	Order     [][2]string       `json:"order"` // the dependencies, the worst first, with their levels
	Parts     map[string]string `json:"parts"` // HTML by the id of its element
}

func frameOf(v view) *frame {
	f := &frame{Structure: structureOf(v), Title: v.tabTitle(), Level: v.Level.String(), Parts: map[string]string{
		"verdict":  string(render("verdict", v)),
		"problems": string(render("problems", v)),
		"clock":    string(render("clock", v)),
		"fleet":    string(render("fleet", v)),
		"changes":  string(render("changes", v)),
	}}
	for _, d := range v.Dependencies {
		f.Order = append(f.Order, [2]string{d.ID, d.Level.String()})
		for _, part := range []string{"head", "gauges", "traffic", "methods"} {
			f.Parts[d.ID+"-"+part] = string(render(part, d))
		}
	}
	return f
}

// since returns the frame with the parts that differ from those that a stream has sent, and
// remembers them. Nil: nothing differs.
func (f *frame) since(sent map[string]string) *frame {
	out := *f
	out.Parts = make(map[string]string)
	for id, part := range f.Parts {
		if sent[id] != part {
			out.Parts[id] = part
			sent[id] = part
		}
	}
	if len(out.Parts) == 0 {
		return nil
	}
	return &out
}

// tabTitle is the title of the tab: what is wrong comes first.
func (v view) tabTitle() string {
	mark := map[level]string{fine: "✓", note: "✓", warn: "▲", bad: "✕"}[v.Level]
	return fmt.Sprintf("%s %s · %s", mark, v.Verdict, v.Title)
}

// TabTitle is tabTitle for the templates.
func (v view) TabTitle() string { return v.tabTitle() }

// A sum tells texts apart.
type sum struct{ texts []string }

func newSum() *sum { return new(sum) }

func (s *sum) add(texts ...string) { s.texts = append(s.texts, texts...) }

func (s *sum) text() string {
	h := fnv.New64a()
	for _, t := range s.texts {
		_, _ = h.Write([]byte(t + "\x00"))
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
