package otelretry

import (
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/retrygen/retrygen/internal/bounded"
	retry "github.com/retrygen/retrygen/runtime"
)

// The attributes of metrics, spans and events.
const (
	methodKey   = attribute.Key("retrygen.method")
	instanceKey = attribute.Key("retrygen.instance")
	nameKey     = attribute.Key("retrygen.name")
	outcomeKey  = attribute.Key("retrygen.outcome")
	rulingKey   = attribute.Key("retrygen.ruling")
	classKey    = attribute.Key("retrygen.class")
	reasonKey   = attribute.Key("retrygen.reason")
	stateKey    = attribute.Key("retrygen.state")
	modeKey     = attribute.Key("retrygen.mode")
	layerKey    = attribute.Key("retrygen.layer")
	kindKey     = attribute.Key("retrygen.kind")
	fromKey     = attribute.Key("retrygen.from")
	toKey       = attribute.Key("retrygen.to")
	sourceKey   = attribute.Key("retrygen.source")
	attemptKey  = attribute.Key("retrygen.attempt")
	attemptsKey = attribute.Key("retrygen.attempts")
	copyKey     = attribute.Key("retrygen.copy")
	copiesKey   = attribute.Key("retrygen.copies")
	delayKey    = attribute.Key("retrygen.delay")
	fallbackKey = attribute.Key("retrygen.fallback")
	engineKey   = attribute.Key("retrygen.engine")
)

// panicked is the error.type of what left by panic or runtime.Goexit.
const panicked = "panic"

// A subject is a method of an instance of a wrapper.
type subject struct{ method, instance string }

func (s subject) attributes() []attribute.KeyValue {
	return named(methodKey, s.method, s.instance)
}

// named returns the attributes of something with a name. It leaves out an empty instance.
func named(key attribute.Key, name, instance string) []attribute.KeyValue {
	attributes := []attribute.KeyValue{key.String(name)}
	if instance != "" {
		attributes = append(attributes, instanceKey.String(instance))
	}
	return attributes
}

// A failure is what the attributes say about an error. The zero failure is a success.
type failure struct {
	errorType string
	class     retry.Class
}

// failureOf describes the error of a call or an attempt. Left says that it left by panic or
// runtime.Goexit, and has no error.
func failureOf(err error, class retry.Class, left bool, types *bounded.Set) failure {
	switch {
	case err != nil:
		return failure{types.Of(retry.ErrorType(err)), class}
	case left:
		return failure{panicked, class}
	}
	return failure{}
}

func (f failure) failed() bool { return f.errorType != "" }

func (f failure) addTo(attributes []attribute.KeyValue) []attribute.KeyValue {
	if !f.failed() {
		return attributes
	}
	return append(attributes, semconv.ErrorTypeKey.String(f.errorType), classKey.String(f.class.String()))
}

// options are those of one set of attributes, for all kinds of instruments. Options that are
// made for each measurement would cost more than the measurement.
type options struct {
	record []metric.RecordOption
	add    []metric.AddOption
}

func optionsOf(attributes []attribute.KeyValue) *options {
	set := metric.WithAttributeSet(attribute.NewSet(attributes...))
	return &options{[]metric.RecordOption{set}, []metric.AddOption{set}}
}

// A cache makes a value for each key once. Reading takes no lock. Adding copies the cache, so
// it is for few keys. Make may run more than once for a key.
type cache[K comparable, V any] struct {
	mu     sync.Mutex
	values atomic.Pointer[map[K]V]
}

func (c *cache[K, V]) get(key K, make func(K) V) V {
	if values := c.values.Load(); values != nil {
		if v, ok := (*values)[key]; ok {
			return v
		}
	}
	return c.add(key, make(key))
}

func (c *cache[K, V]) add(key K, v V) V {
	c.mu.Lock()
	defer c.mu.Unlock()
	values := map[K]V{key: v}
	if old := c.values.Load(); old != nil {
		if first, ok := (*old)[key]; ok {
			return first
		}
		for k, v := range *old {
			values[k] = v
		}
	}
	c.values.Store(&values)
	return v
}
