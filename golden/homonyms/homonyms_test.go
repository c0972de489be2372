package homonyms

import (
	realcontext "context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// service is busy in each first attempt.
type service struct{ calls int }

func (s *service) busy() error {
	if s.calls++; s.calls%2 == 1 {
		return errors.ErrBusy
	}
	return nil
}

func (s *service) All(_ realcontext.Context, a any.Kind, r retry.Kind, u runtime.Kind, y sync.Kind, p policy.Kind, e errors.Kind) (retry.Kind, error) {
	return r + retry.Kind(a) + retry.Kind(u) + retry.Kind(y) + retry.Kind(p) + retry.Kind(e), s.busy()
}

func (s *service) Two(_ realcontext.Context, first kind.Kind, second kind2.Kind) (kind2.Kind, kind.Kind, error) {
	return second, first, s.busy()
}

func (s *service) Odd(_ realcontext.Context, name other.Name, dotted dot.Dotted) (dot.Dotted, error) {
	return dotted + dot.Dotted(name), s.busy()
}

func (s *service) Contexts(_ context.Context, own Context) (Context, error) { return own, s.busy() }

func (s *service) Late(_ context.Context, _ Context, ctx realcontext.Context) (bool, error) {
	_, ok := ctx.Deadline()
	return ok, s.busy()
}

func TestHomonyms(t *testing.T) {
	next := new(service)
	client := NewResilientHomonyms(next, nil)
	all, err := client.All(t.Context(), 1, 2, 4, 8, 16, 32)
	require.NoError(t, err)
	assert.Equal(t, retry.Kind(63), all)

	second, first, err := client.Two(t.Context(), kind.Kind{Text: "1"}, kind2.Kind{Text: "2"})
	require.NoError(t, err)
	assert.Equal(t, "12", first.Text+second.Text)

	odd, err := client.Odd(t.Context(), "name", "dotted")
	require.NoError(t, err)
	assert.Equal(t, dot.Dotted("dottedname"), odd)

	own, err := client.Contexts(nil, Context{"own"})
	require.NoError(t, err)
	assert.Equal(t, Context{"own"}, own)

	timed, err := client.Late(nil, Context{}, t.Context())
	require.NoError(t, err)
	assert.True(t, timed, "the timeout is that of the real context")
	assert.Equal(t, 10, next.calls, "two attempts of each")
}
