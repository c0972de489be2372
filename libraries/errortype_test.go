package libraries

import (
	"fmt"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	retry "github.com/retrygen/retrygen/runtime"
)

// retry.ErrorType finds the codes of errors whose libraries it does not import.
func TestErrorTypeOfRealErrors(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{status.Error(codes.Unavailable, "down"), "UNAVAILABLE"},
		{status.Error(codes.Canceled, "gone"), "CANCELLED"},
		{connect.NewError(connect.CodeDeadlineExceeded, nil), "DEADLINE_EXCEEDED"},
		{&pgconn.PgError{Code: "40001"}, "40001"},
		{&awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: 503}},
		}}, "503"},
	} {
		assert.Equal(t, tt.want, retry.ErrorType(fmt.Errorf("call: %w", tt.err)), "%T", tt.err)
	}
}
