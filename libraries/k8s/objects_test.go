package k8s

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

// The API server says why it refuses. Its codes alone would not do: a server that asks for
// another request has code 500.
func TestReasons(t *testing.T) {
	for _, test := range []struct {
		code   int
		reason metav1.StatusReason
		want   rows.Want
	}{
		{400, metav1.StatusReasonBadRequest, rows.Answer},
		{401, metav1.StatusReasonUnauthorized, rows.Answer},
		{403, metav1.StatusReasonForbidden, rows.Answer},
		{404, metav1.StatusReasonNotFound, rows.Answer},
		{409, metav1.StatusReasonAlreadyExists, rows.Answer},
		{409, metav1.StatusReasonConflict, rows.Answer},
		{410, metav1.StatusReasonGone, rows.Answer},
		{410, metav1.StatusReasonExpired, rows.Answer},
		{422, metav1.StatusReasonInvalid, rows.Answer},
		{429, metav1.StatusReasonTooManyRequests, rows.Throttled},
		{500, metav1.StatusReasonServerTimeout, rows.Transient},
		{500, metav1.StatusReasonInternalError, rows.Transient},
		{503, metav1.StatusReasonServiceUnavailable, rows.Transient},
		{504, metav1.StatusReasonTimeout, rows.Transient},
		{418, "Teapot", rows.Answer},
		{429, "SlowDown", rows.Throttled},
		{501, "NotImplemented", rows.Fault},
		{507, "Full", rows.Transient},
	} {
		t.Run(string(test.reason), func(t *testing.T) { rows.Check(t, test.want, failing(t, test.code, test.reason, 0)) })
	}
}

// A proxy in front of the API server says nothing about reasons.
func TestProxies(t *testing.T) {
	for status, want := range map[int]rows.Want{404: rows.Answer, 429: rows.Throttled, 502: rows.Transient, 503: rows.Transient} {
		rows.Check(t, want, against(web.Response{Status: status, Header: map[string]string{"Content-Type": "text/html"}, Body: "<h1>no</h1>"}))
	}
}

func TestDelays(t *testing.T) {
	rows.CheckDelay(t, 30*time.Second, failing(t, 429, metav1.StatusReasonTooManyRequests, 30))
	rows.CheckDelay(t, 2*time.Minute, failing(t, 500, metav1.StatusReasonServerTimeout, 120))
}

func TestNotFoundHundredTimes(t *testing.T) {
	rows.Hundred(t, failing(t, 404, metav1.StatusReasonNotFound, 0))
}

// An update of an object that another client has changed is refused. Repeated as it is, it
// would be refused again.
func TestConflictIsNotRepeated(t *testing.T) {
	rows.Check(t, rows.Answer, func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response(t, 409, metav1.StatusReasonConflict, 0))
		objects := wrap(t, server.URL, o)
		obj := &unstructured.Unstructured{Object: map[string]any{"metadata": map[string]any{"name": "name"}}}
		return rows.Client{
			Group: objects.Group(),
			Call: func(ctx context.Context) error {
				_, err := objects.Update(ctx, obj, metav1.UpdateOptions{})
				return err
			},
			Requests: server.Requests,
		}
	})
}

// failing opens a wrapped client of a server that refuses.
func failing(t *testing.T, code int, reason metav1.StatusReason, retryAfter int32) rows.Open {
	return against(response(t, code, reason, retryAfter))
}

func response(t *testing.T, code int, reason metav1.StatusReason, retryAfter int32) web.Response {
	t.Helper()
	body, err := json.Marshal(metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusFailure, Code: int32(code), Reason: reason, Message: "no",
		Details: &metav1.StatusDetails{Name: "name", RetryAfterSeconds: retryAfter},
	})
	require.NoError(t, err)
	return web.Response{Status: code, Body: string(body)}
}

func against(response web.Response) rows.Open {
	return func(t *testing.T, o *retry.Options) rows.Client {
		server := web.Start(t, response)
		objects := wrap(t, server.URL, o)
		return rows.Client{
			Group: objects.Group(),
			Call: func(ctx context.Context) error {
				_, err := objects.Get(ctx, "name", metav1.GetOptions{})
				return err
			},
			Requests: server.Requests,
		}
	}
}

func wrap(t *testing.T, url string, o *retry.Options) *ResilientObjects {
	t.Helper()
	client, err := dynamic.NewForConfig(&rest.Config{Host: url, QPS: -1})
	require.NoError(t, err)
	things := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "things"}).Namespace("here")
	return NewResilientObjects(things, o)
}
