// Package homonyms imports packages with the names of packages that the generated code
// needs, two packages with one name, one whose name differs from its folder's, and some
// under other names. It also declares a Context of its own.
package homonyms

import (
	realcontext "context"

	"github.com/retrygen/retrygen/golden/homonyms/any"
	"github.com/retrygen/retrygen/golden/homonyms/context"
	"github.com/retrygen/retrygen/golden/homonyms/dot"
	"github.com/retrygen/retrygen/golden/homonyms/errors"
	"github.com/retrygen/retrygen/golden/homonyms/first/kind"
	other "github.com/retrygen/retrygen/golden/homonyms/odd-folder"
	"github.com/retrygen/retrygen/golden/homonyms/policy"
	"github.com/retrygen/retrygen/golden/homonyms/retry"
	"github.com/retrygen/retrygen/golden/homonyms/runtime"
	kind2 "github.com/retrygen/retrygen/golden/homonyms/second/kind"
	"github.com/retrygen/retrygen/golden/homonyms/sync"
)

// Context only has the name of a context.
type Context struct{ Text string }

//retry:simple attempts=2 delay=1ms
//retry:timeout total=1s
//retry:on errors.ErrBusy
type Homonyms interface {
	All(ctx realcontext.Context, a any.Kind, r retry.Kind, u runtime.Kind, s sync.Kind, p policy.Kind, e errors.Kind) (retry.Kind, error)
	Two(ctx realcontext.Context, first kind.Kind, second kind2.Kind) (kind2.Kind, kind.Kind, error)
	Odd(ctx realcontext.Context, name other.Name, dotted dot.Dotted) (dot.Dotted, error)

	// Contexts has no context.Context, so it has no timeout.
	Contexts(foreign context.Context, own Context) (Context, error)

	// Late has the real context.Context after two types of that name.
	Late(foreign context.Context, own Context, ctx realcontext.Context) (bool, error)
}
