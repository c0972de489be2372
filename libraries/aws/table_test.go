package aws

import (
	"context"
	"fmt"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/retrygen/retrygen/libraries/internal/rows"
	"github.com/retrygen/retrygen/libraries/internal/web"
	retry "github.com/retrygen/retrygen/runtime"
)

// DynamoDB throttles with status 400.
func TestErrorsOfDynamoDB(t *testing.T) {
	for _, test := range []struct {
		status int
		code   string
		want   rows.Want
	}{
		{400, "ProvisionedThroughputExceededException", rows.Throttled},
		{400, "ThrottlingException", rows.Throttled},
		{400, "RequestLimitExceeded", rows.Throttled},
		{400, "TransactionInProgressException", rows.Throttled},
		{400, "ConditionalCheckFailedException", rows.Answer},
		{400, "ResourceNotFoundException", rows.Answer},
		{400, "ValidationException", rows.Answer},
		{500, "InternalServerError", rows.Transient},
		{503, "ServiceUnavailable", rows.Transient},
	} {
		t.Run(test.code, func(t *testing.T) {
			rows.Check(t, test.want, func(t *testing.T, o *retry.Options) rows.Client {
				server := web.Start(t, web.Response{
					Status: test.status,
					Header: map[string]string{"Content-Type": "application/x-amz-json-1.0"},
					Body:   fmt.Sprintf(`{"__type": "com.amazonaws.dynamodb.v20120810#%s", "message": "no"}`, test.code),
				})
				table := NewResilientTable(dynamodb.New(dynamodb.Options{
					BaseEndpoint: sdk.String(server.URL), Region: "eu-central-1",
					Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), Retryer: sdk.NopRetryer{},
				}), o)
				return rows.Client{
					Group: table.Group(),
					Call: func(ctx context.Context) error {
						_, err := table.PutItem(ctx, &dynamodb.PutItemInput{
							TableName: sdk.String("table"),
							Item:      map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "1"}},
						})
						return err
					},
					Requests: server.Requests,
				}
			})
		})
	}
}
