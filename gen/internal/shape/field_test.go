package shape

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFieldsUsedUp(t *testing.T) {
	all := typesOf(t, `
import ("bytes"; "crypto/tls"; "io"; "iter"; "net/http"; "os"; "os/exec"; "time")
type input struct { Key string; Body io.Reader; Done chan struct{}; Ticks <-chan int; Names iter.Seq[int]; hidden io.Reader; OnRetry func(int) error }
type outer struct { In *input; Others []io.Reader; Log io.Writer; File *os.File; Buffer *bytes.Buffer; TLS *tls.Config; Timer *time.Timer }
type deep struct { Outer outer; Self *deep }
type rows struct { Rows interface { Next() bool } }
type loop []loop
type ring *ring
type generic[T any] struct { Value T; Body io.ReadSeeker }
var (
	pointer *input; value input; nested *outer; deepest deep; iterates rows; instance *generic[io.Reader]
	named map[string]*input; array [2]input; indirect *[]*input; batch struct { Entries []input; Sets map[string][]*outer }
	endless loop; turns ring; text string; list []input; command *exec.Cmd; request *http.Request; config *tls.Config
)`)
	body := []string{"Body", "Ticks", "Names"}
	want := map[string][]string{
		"pointer": body, "value": body, "nested": {"In.Body", "In.Ticks", "In.Names", "Others"}, "deepest": {"Outer.Others"}, "iterates": {"Rows"},
		"instance": {"Value", "Body"}, "text": nil, "named": body, "array": body, "indirect": body, "batch": {"Entries.Body", "Entries.Ticks", "Entries.Names", "Sets.Others"},
		"endless": nil, "turns": nil, "list": body, "command": {"Stdin"}, "request": {"Body", "Cancel", "Response.Body"}, "config": nil,
	}
	for name, fields := range want {
		var got []string
		for _, f := range FieldsUsedUp(all[name]) {
			got = append(got, f.Name())
		}
		if name == "request" {
			assert.Contains(t, got, "Body")
			continue
		}
		assert.Equal(t, fields, got, name)
	}
}
