//go:build ignore

package rows

import (
	"time"

	kafka "github.com/segmentio/kafka-go"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortKafkaGo sorts the errors of Kafka that kafka-go returns. Of a batch, the worst error
// decides.
func sortKafkaGo(err error) (retry.Class, time.Duration) {
	switch e := err.(type) {
	case kafka.Error:
		switch {
		case e == kafka.Unknown:
			return retry.ClassFault, 0
		case e.Temporary(): // an error that may go away
			return retry.ClassTransient, 0
		}
		return retry.ClassAnswer, 0 // any other error of Kafka
	case kafka.WriteErrors: // nil for a message that was written
		worst := retry.ClassAnswer
		for _, one := range e {
			if one != nil {
				class, _ := sortKafkaGo(one)
				worst = retry.Worse(worst, class)
			}
		}
		return worst, 0
	}
	return retry.ClassUnclassified, 0
}
