package aws

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

// The code in the body counts before the status. Any code that the SDK does not know leaves
// the decision to the status.
func TestErrorsOfS3(t *testing.T) {
	for _, test := range []struct {
		status int
		code   string
		want   rows.Want
	}{
		{400, "InvalidRequest", rows.Answer},
		{400, "RequestTimeout", rows.Transient},
		{403, "AccessDenied", rows.Answer},
		{404, "NoSuchKey", rows.Answer},
		{409, "BucketAlreadyExists", rows.Answer},
		{412, "PreconditionFailed", rows.Answer},
		{429, "TooManyRequests", rows.Throttled},
		{500, "InternalError", rows.Transient},
		{501, "NotImplemented", rows.Fault},
		{503, "ServiceUnavailable", rows.Transient},
		{503, "SlowDown", rows.Throttled},
	} {
		t.Run(test.code, func(t *testing.T) { rows.Check(t, test.want, failing(test.status, test.code)) })
	}
}

// The header has milliseconds.
func TestDelayOfS3(t *testing.T) {
	rows.CheckDelay(t, 61500*time.Millisecond, against(web.Response{
		Status: 503, Header: map[string]string{"X-Amz-Retry-After": "61500"},
	}))
}

func TestNoSuchKeyHundredTimes(t *testing.T) {
	rows.Hundred(t, failing(404, "NoSuchKey"))
}

func TestNotImplementedOpensBreaker(t *testing.T) {
	rows.Opens(t, failing(501, "NotImplemented"))
}

// The server closes the connection instead of answering.
func TestCutConnection(t *testing.T) {
	rows.Check(t, rows.Transient, against(web.Response{Cut: true}))
}

// A body that can seek is sent whole each time.
func TestUploadAfterFailures(t *testing.T) {
	stored, url := unwell(t, 2)
	objects := NewResilientObjects(client(url), nil)
	_, err := objects.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: sdk.String("bucket"), Key: sdk.String("key"), Body: strings.NewReader(document),
	})
	require.NoError(t, err)
	assert.Equal(t, []string{document, document, document}, *stored)
}

// A body that cannot seek is sent once: a second attempt would store an empty object.
func TestUploadOfStream(t *testing.T) {
	stored, url := unwell(t, 2)
	objects := NewResilientObjects(client(url), nil)
	_, err := objects.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: sdk.String("bucket"), Key: sdk.String("key"), Body: io.MultiReader(strings.NewReader(document)),
		ContentLength: sdk.Int64(int64(len(document))),
	}, s3.WithAPIOptions(v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware))
	require.Error(t, err)
	assert.Equal(t, []string{document}, *stored)
}

const document = "what must be stored"

// unwell starts a server that answers the first uploads with status 503, and returns the
// bodies that it gets.
func unwell(t *testing.T, failures int) (bodies *[]string, url string) {
	t.Helper()
	bodies = new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		*bodies = append(*bodies, string(body))
		if len(*bodies) <= failures {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	return bodies, server.URL
}

// failing opens a wrapper around a client of a server that returns an error.
func failing(status int, code string) rows.Open {
	return against(web.Response{
		Status: status,
		Header: map[string]string{"Content-Type": "application/xml"},
		Body:   "<Error><Code>" + code + "</Code><Message>no</Message></Error>",
	})
}

func against(response web.Response) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response)
		objects := NewResilientObjects(client(server.URL), o)
		return rows.Client{
			Group: objects.Group(),
			Call: func(ctx context.Context) error {
				_, err := objects.GetObject(ctx, &s3.GetObjectInput{Bucket: sdk.String("bucket"), Key: sdk.String("key")})
				return err
			},
			Requests: server.Requests,
		}
	}
}

// client returns a client that repeats nothing itself.
func client(url string) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: sdk.String(url), UsePathStyle: true, Region: "eu-central-1",
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), Retryer: sdk.NopRetryer{},
		RequestChecksumCalculation: sdk.RequestChecksumCalculationWhenRequired,
	})
}
