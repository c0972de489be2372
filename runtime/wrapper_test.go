package retry_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestWrapperGroup(t *testing.T) {
	given := new(retry.Group)
	assert.Same(t, given, retry.NewWrapper("T", policy.Policy{}, &retry.Options{Group: given}).Group())

	own := retry.NewWrapper("T", policy.Policy{}, nil).Group()
	assert.NotNil(t, own)
	assert.NotSame(t, own, retry.NewWrapper("T", policy.Policy{}, nil).Group(), "each wrapper has its own")
}
