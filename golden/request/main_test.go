package request_test

import (
	"testing"

	"github.com/retrygen/retrygen/internal/goroutines"
)

// No test leaves a goroutine behind.
func TestMain(m *testing.M) { goroutines.Main(m) }
