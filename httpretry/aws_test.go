package httpretry_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/httpretry"
	retry "github.com/retrygen/retrygen/runtime"
)

// smithyResponse has the shape of the struct that wraps responses in smithy-go.
type smithyResponse struct{ *http.Response }

// awsError has the shape of the errors with which the SDK of AWS reports a response.
type awsError struct {
	error
	response *smithyResponse
}

func (e awsError) HTTPResponse() *smithyResponse { return e.response }

type otherResult struct{ error }

func (otherResult) HTTPResponse() int { return 503 }

type needsMore struct{ error }

func (needsMore) HTTPResponse(bool) *smithyResponse { return nil }

func TestSortAWS(t *testing.T) {
	asks := func(header string) error {
		response := &http.Response{Header: http.Header{"X-Amz-Retry-After": {header}}}
		return awsError{errors.New("slow down"), &smithyResponse{response}}
	}
	tests := []struct {
		name string
		err  error
		want time.Duration
	}{
		{"milliseconds", asks("1500"), 1500 * time.Millisecond},
		{"no number", asks("soon"), 0},
		{"a negative number", asks("-1"), 0},
		{"too large a number", asks("99999999999999"), 0},
		{"no header", awsError{errors.New("e"), &smithyResponse{&http.Response{}}}, 0},
		{"no response inside", awsError{errors.New("e"), &smithyResponse{}}, 0},
		{"no response", awsError{errors.New("e"), nil}, 0},
		{"another result", otherResult{errors.New("e")}, 0},
		{"another signature", needsMore{errors.New("e")}, 0},
		{"another error", errors.New("e"), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			class, after := httpretry.SortAWS(tt.err)
			assert.Equal(t, retry.ClassUnclassified, class)
			assert.Equal(t, tt.want, after)
		})
	}
}
