package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCheckFor(t *testing.T) {
	const (
		noContext = "a timeout needs a context, and the method has none"
		endless   = "unlimited attempts need a context to end them, and the method has none"
		once      = "the call cannot be repeated: r is an io.Reader"
		noHedge   = "a hedge needs other code: declare one in the source, and regenerate"
		budget    = `policy: attempts=unlimited needs "budget off"`
	)
	all := Method{Context: true, Hedge: true}
	for _, test := range []struct {
		name, text string
		method     Method
		want       string
	}{
		{"nothing is said", "", Method{}, ""},
		{"retries need nothing", "simple; breaker; budget; limit rate=1/s", Method{}, ""},
		{"a method that can do all", "simple; timeout total=5s; hedge after=1s", all, ""},
		{"a timeout without a context", "timeout total=1s", Method{}, noContext},
		{"no timeout without a context", "timeout off", Method{}, ""},
		{"unlimited attempts without a context", "simple attempts=unlimited; budget off", Method{}, endless},
		{"retries of what can be done once", "simple", Method{Once: "r is an io.Reader"}, once},
		{"one retry of it", "simple attempts=2", Method{Once: "r is an io.Reader"}, once},
		{"one attempt of it", "simple attempts=1", Method{Once: "r is an io.Reader"}, ""},
		{"a hedge that the code does not have", "hedge after=1s", Method{Context: true}, noHedge},
		{"no hedge", "hedge off", Method{}, ""},
		{"none", "none", Method{Once: "r is an io.Reader"}, ""},
		{"all reasons", "simple; timeout total=1s; hedge after=1s", Method{Once: "r is an io.Reader"}, once + "\n" + noContext + "\n" + noHedge},
		{"what is wrong with the policy itself", "simple attempts=unlimited", all, budget},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := mustParse(t, test.text).CheckFor(test.method)
			if test.want == "" {
				assert.NoError(t, err)
			} else {
				assert.EqualError(t, err, test.want)
			}
		})
	}
}
