package httpretry_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/httpretry"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// The body of a response keeps the context of its attempt alive. Without a body the context
// ends with the attempt.
func TestKeepResponse(t *testing.T) {
	body := io.NopCloser(strings.NewReader("data"))
	tests := []struct {
		name     string
		response *http.Response
		lives    bool
	}{
		{"body", &http.Response{Body: body}, true},
		{"no body", &http.Response{Body: http.NoBody}, false},
		{"nil body", &http.Response{}, false},
		{"nil", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := retry.NewWrapper("Client", policy.Policy{}, nil).Method("Send", retry.MethodSpec{
				Policy: policy.Policy{Timeout: policy.Timeout{Attempt: time.Minute}},
				Lends:  true,
			})
			var attempt context.Context
			got, err := retry.Call(t.Context(), m, func(ctx context.Context) (*http.Response, error) {
				attempt = ctx
				return httpretry.KeepResponse(ctx, tt.response), nil
			})
			require.NoError(t, err)
			assert.Same(t, tt.response, got)
			assert.Equal(t, tt.lives, attempt.Err() == nil)
			if tt.lives {
				require.NoError(t, got.Body.Close())
				assert.Error(t, attempt.Err())
			}
		})
	}
}
