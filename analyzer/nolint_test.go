package analyzer

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIsNolint(t *testing.T) {
	for text, want := range map[string]bool{
		"//nolint":                              true,
		"//nolint:all":                          true,
		"//nolint:retrygen":                     true,
		"//nolint:retrygen // with a reason":    true,
		"//nolint:errcheck,retrygen //a reason": true,
		"//nolint: errcheck, Retrygen":          true,
		"//nolint:errcheck":                     false,
		"//nolint:errcheck // not retrygen":     false,
		"//nolintretrygen":                      false,
		"// nolint:retrygen":                    false,
		"/* nolint:retrygen */":                 false,
		"//nolinting retrygen is another thing": false,
	} {
		assert.Equal(t, want, isNolint(text), text)
	}
}
