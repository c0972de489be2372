package goroutines

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestMain(m *testing.M) { Main(m) }

// left returns the stack of a goroutine that stays, and waits for one that ends soon.
func TestLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	release := make(chan struct{})
	go waitFor(release)
	assert.Contains(t, left(before, 20*time.Millisecond), "waitFor")
	assert.Empty(t, left(before+1, 0), "no more than before")
	time.AfterFunc(20*time.Millisecond, func() { close(release) })
	assert.Empty(t, left(before, time.Minute))
}

func waitFor(release chan struct{}) { <-release }
