package aws

import (
	"context"
	"fmt"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

// Of a batch with status 200, a message was not sent.
func TestPartOfBatch(t *testing.T) {
	for _, test := range []struct {
		code        string
		senderFault bool
		want        rows.Want
	}{
		{"InternalError", false, rows.Transient},
		{"InvalidMessageContents", true, rows.Answer},
	} {
		t.Run(test.code, func(t *testing.T) {
			rows.Check(t, test.want, func(t *testing.T, o *retry.Options) rows.Client {
				server := web.Start(t, partly(test.code, test.senderFault))
				queue := NewResilientQueue(queueAt(server.URL), o)
				return rows.Client{
					Group:    queue.Group(),
					Call:     func(ctx context.Context) error { return partOf(queue.SendMessageBatch(ctx, batch)) },
					Requests: server.Requests,
				}
			})
		})
	}
}

// The caller gets what the last attempt has sent.
func TestResultsOfBatch(t *testing.T) {
	server := web.Start(t, partly("InternalError", false))
	out, err := NewResilientQueue(queueAt(server.URL), nil).SendMessageBatch(t.Context(), batch)
	require.NoError(t, err)
	assert.Equal(t, "2", *out.Failed[0].Id)
	assert.Equal(t, 3, server.Requests())
}

var batch = &sqs.SendMessageBatchInput{
	QueueUrl: sdk.String("http://127.0.0.1/1/queue"),
	Entries:  []types.SendMessageBatchRequestEntry{{Id: sdk.String("2"), MessageBody: sdk.String("text")}},
}

func partly(code string, senderFault bool) web.Response {
	return web.Response{
		Status: 200, Header: map[string]string{"Content-Type": "application/x-amz-json-1.0"},
		Body: fmt.Sprintf(`{"Successful": [], "Failed": [{"Id": "2", "Code": %q, "SenderFault": %t}]}`, code, senderFault),
	}
}

func queueAt(url string) *sqs.Client {
	return sqs.New(sqs.Options{
		BaseEndpoint: sdk.String(url), Region: "eu-central-1",
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), Retryer: sdk.NopRetryer{},
	})
}
