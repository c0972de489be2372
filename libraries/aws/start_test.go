package aws

import (
	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// inStartPage has the code of docs/start.md. It is compiled and not called.
func inStartPage(cfg sdk.Config) Objects {
	objects := NewResilientObjects(s3.NewFromConfig(cfg), nil)
	return objects
}

var _ = inStartPage
