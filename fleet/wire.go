package fleet

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/retrygen/retrygen/internal/quorum"
)

// A wireMessage is a quorum.Message as JSON. It has names and times only. Later versions may
// add fields, which earlier ones skip.
type wireMessage struct {
	From        string     `json:"from"`
	Incarnation uint64     `json:"incarnation"`
	Sequence    uint64     `json:"sequence"`
	Beat        int64      `json:"beat"` // milliseconds
	Words       []wireWord `json:"words,omitempty"`
	Gone        bool       `json:"gone,omitempty"`
}

type wireWord struct {
	Breaker  string `json:"breaker"`
	Instance string `json:"instance,omitempty"`
	Number   uint64 `json:"number"`
	For      int64  `json:"for,omitempty"` // milliseconds
}

const (
	maxMessage = 256 << 10 // bytes
	maxName    = 256       // bytes of the name of a breaker and of its instance
)

// encode writes a message.
func encode(m *quorum.Message) []byte {
	w := wireMessage{From: m.From, Incarnation: m.Incarnation, Sequence: m.Sequence, Beat: m.Beat.Milliseconds(), Gone: m.Gone}
	for _, word := range m.Words {
		id := splitTopic(word.Breaker)
		left := word.For.Milliseconds()
		if word.For > 0 {
			left = max(left, 1)
		}
		w.Words = append(w.Words, wireWord{id.name, id.instance, word.Number, left})
	}
	message, _ := json.Marshal(w) // it has texts and numbers only
	return message
}

// decode reads a message. It reports false if that is not possible.
func decode(message []byte) (m quorum.Message, ok bool) {
	var w wireMessage
	if len(message) > maxMessage || json.Unmarshal(message, &w) != nil {
		return m, false
	}
	if w.From == "" || len(w.From) > quorum.MaxName || w.Beat < 0 || len(w.Words) > quorum.MaxWords {
		return m, false
	}
	m = quorum.Message{From: w.From, Incarnation: w.Incarnation, Sequence: w.Sequence, Beat: milliseconds(w.Beat, quorum.MaxBeat), Gone: w.Gone}
	for _, word := range w.Words {
		if id := (breakerID{word.Breaker, word.Instance}); id.shareable() && word.For >= 0 {
			m.Words = append(m.Words, quorum.Word{Breaker: id.topic(), Number: word.Number, For: milliseconds(word.For, quorum.MaxFor)})
		}
	}
	return m, true
}

// milliseconds returns a time that is most at most.
func milliseconds(n int64, most time.Duration) time.Duration {
	return time.Duration(min(n, most.Milliseconds())) * time.Millisecond
}

// The topic of a breaker joins its name and its instance.
const between = "\x1f"

func (id breakerID) topic() string {
	if id.instance == "" {
		return id.name
	}
	return id.name + between + id.instance
}

func splitTopic(topic string) breakerID {
	name, instance, _ := strings.Cut(topic, between)
	return breakerID{name, instance}
}

// shareable reports whether other processes can be told about a breaker of that name.
func (id breakerID) shareable() bool {
	return id.name != "" && len(id.name)+len(id.instance) <= maxName && !strings.Contains(id.name+id.instance, between)
}
