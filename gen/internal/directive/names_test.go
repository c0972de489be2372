package directive

import (
	"testing"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/stretchr/testify/assert"
)

func TestNamesOfAWrapper(t *testing.T) {
	tests := []struct {
		iface, structName, constructor, file string
	}{
		{"PaymentClient", "ResilientPaymentClient", "NewResilientPaymentClient", "paymentclient_retry.go"},
		{"store", "resilientStore", "newResilientStore", "store_retry.go"},
		{"DB", "ResilientDB", "NewResilientDB", "db_retry.go"},
		{"_x", "resilient_x", "newResilient_x", "_x_retry.go"},
		{"Ärger", "ResilientÄrger", "NewResilientÄrger", "ärger_retry.go"},
		{"ärger", "resilientÄrger", "newResilientÄrger", "ärger_retry.go"},
	}
	for _, tt := range tests {
		t.Run(tt.iface, func(t *testing.T) {
			name := structName(tt.iface)
			assert.Equal(t, tt.structName, name)
			assert.Equal(t, tt.constructor, model.ConstructorName(name))
			assert.Equal(t, tt.file, fileName(tt.iface, false))
		})
	}
	assert.Equal(t, "client_retry_test.go", fileName("Client", true))
}
