package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Queue is a part of *sqs.Client. A part of a batch may fail without an error.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow unsafe-retry the tests repeat writes on purpose
//retry:allow blind-breaker the tests look at single errors, and end what hangs
//retry:allow double-retry the tests switch the retries of the client off
type Queue interface {
	//retry:error-in partOf
	SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, opts ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
}

var _ Queue = (*sqs.Client)(nil)

// partOf returns the error of the first message that was not sent.
func partOf(out *sqs.SendMessageBatchOutput, err error) error {
	if err == nil && len(out.Failed) > 0 {
		return &failedEntry{out.Failed[0]}
	}
	return err
}

// A failedEntry is a message that was not sent. Its code speaks as those of the SDK do.
type failedEntry struct{ types.BatchResultErrorEntry }

func (f *failedEntry) Error() string { return "message " + *f.Id + ": " + *f.Code }

// ErrorCode returns the code of SQS.
func (f *failedEntry) ErrorCode() string { return *f.Code }

// Retryable reports whether the queue, and not the sender, is at fault.
func (f *failedEntry) Retryable() bool { return !f.SenderFault }
