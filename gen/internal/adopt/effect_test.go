package adopt

import (
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Each row is a method of a real client, or a name that is easily taken for another.
func TestEffectOf(t *testing.T) {
	for _, tt := range []struct {
		name, param string
		want        effect
	}{
		{"GetObject", "in", reads},
		{"HGetAll", "key", reads}, // a first word of one letter is Redis' type
		{"ListObjectsV2", "in", reads},
		{"Query", "in", reads},    // DynamoDB
		{"Query", "sql", unknown}, // pgx: INSERT ... RETURNING
		{"ExecContext", "query", unknown},
		{"FindOneAndUpdate", "f", unknown}, // reads and writes
		{"PutObject", "in", repeats},
		{"PutRecord", "in", unknown},     // Kinesis appends
		{"PutLogEvents", "in", unknown},  // so does CloudWatch
		{"SetNX", "key", unknown},        // the second call says that it has stored nothing
		{"DeleteOne", "filter", unknown}, // the second call removes the next match
		{"DeleteObject", "in", repeats},
		{"UpdateOne", "filter", unknown}, // may increment
		{"LPush", "key", writes},
		{"SendMessage", "in", writes},
		{"CreateTable", "in", writes},
		{"WriteMessages", "messages", unknown}, // appends
		{"Begin", "", begins},
		{"Invoke", "in", unknown},
		{"Getaway", "", unknown}, // no word Get
		{"Address", "", unknown}, // no word Add
	} {
		p := types.NewParam(token.NoPos, nil, tt.param, types.Typ[types.String])
		sig := types.NewSignatureType(nil, nil, nil, types.NewTuple(p), nil, false)
		assert.Equal(t, tt.want, effectOf(types.NewFunc(token.NoPos, nil, tt.name, sig)), "%s(%s)", tt.name, tt.param)
	}
}
