package libraries

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestClientsRetryByThemselves(t *testing.T) {
	for _, c := range Clients() {
		library, kind := c.Of()
		assert.NotEmpty(t, kind.Retries, c.Word)
		assert.NotEmpty(t, library.Switch, c.Word)
		assert.NotEmpty(t, c.Makers, c.Word)
		assert.NotEmpty(t, c.Switches, c.Word)
	}
}

func TestMakes(t *testing.T) {
	by := func(pkgPath, name string) (words []string) {
		for _, c := range Clients() {
			if c.Makes(pkgPath, name) {
				words = append(words, c.Word)
			}
		}
		return words
	}
	assert.Equal(t, []string{"aws"}, by("github.com/aws/aws-sdk-go-v2/service/s3", "NewFromConfig"))
	assert.Equal(t, []string{"redis"}, by("github.com/redis/go-redis/v9", "NewClient"), "in any major version")
	assert.Equal(t, []string{"kafka"}, by("github.com/segmentio/kafka-go", "Writer"))
	assert.Empty(t, by("github.com/redis/go-redis/v9", "NewClusterClient"), "a cluster client does not repeat the commands of a node")
	assert.Empty(t, by("example.com/redis", "NewClient"), "of another module")
}
