package perrequest

import (
	"client"
	"context"
	"testing"
)

// Tests build a wrapper for each case.
func TestCases(t *testing.T) {
	for _, key := range []string{"a", "b"} {
		c := client.NewResilientClient(nil, nil)
		c.Get(context.Background(), key)
	}
}
