package retry

import (
	"encoding/binary"
	"time"
)

// SortBy is for generated code. It returns a func for MethodSpec.Sort that asks funcs of
// several libraries, in this order, until one knows the class of the error. The longest delay
// that one of these returns counts.
func SortBy(sorts ...func(error) (Class, time.Duration)) func(error) (Class, time.Duration) {
	return func(err error) (Class, time.Duration) {
		var class Class
		var longest time.Duration
		for _, sort := range sorts {
			c, after := sort(err)
			longest = max(longest, after)
			if class = c; class != ClassUnclassified {
				break
			}
		}
		return class, longest
	}
}

// ClassOfStatus is for generated code. It returns the class of a status of HTTP, or
// ClassUnclassified for one outside 400 to 599.
func ClassOfStatus(status int) Class { return classOfStatus(status) }

// Worse is for generated code. It returns the one of two classes that decides about an error
// that wraps one of each. Fault decides before Deadline, Unclassified, Transient, Unsent,
// Throttled, Quota, Conflict and Answer.
func Worse(a, b Class) Class { return worse(a, b) }

// RetryInfo is for generated code. It reads a google.rpc.RetryInfo, which servers put into
// the details of a gRPC status: the name or URL of the message's type, and the message in the
// wire format of protocol buffers. It returns the delay, which is zero if the message has
// none, a negative one or a broken one, and false for any other message. A delay that a
// Duration cannot hold is the longest one.
func RetryInfo(typeURL string, message []byte) (delay time.Duration, ok bool) {
	const name = "google.rpc.RetryInfo"
	if at := len(typeURL) - len(name); at < 0 || typeURL[at:] != name || at > 0 && typeURL[at-1] != '/' {
		return 0, false
	}
	return retryDelay(message), true
}

func retryDelay(message []byte) time.Duration {
	// message RetryInfo { google.protobuf.Duration retry_delay = 1; }
	delay, _, _ := field(message, 1)
	// message Duration { int64 seconds = 1; int32 nanos = 2; }
	_, seconds, _ := field(delay, 1)
	_, nanos, _ := field(delay, 2)
	const most = uint64((1<<63 - 1) / int64(time.Second))
	switch {
	case int64(seconds) < 0 || int32(nanos) < 0:
		return 0
	case seconds >= most:
		return 1<<63 - 1
	}
	return time.Duration(seconds)*time.Second + time.Duration(int32(nanos))
}

// field returns the last value of a field in a message of protocol buffers: its bytes, or
// its number. It returns false if the message has no such field, or is cut off
// (https://protobuf.dev/programming-guides/encoding).
func field(message []byte, wanted uint64) (bytes []byte, number uint64, ok bool) {
	const varint, fixed64, lengthDelimited, fixed32 = 0, 1, 2, 5
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 {
			return nil, 0, false
		}
		message = message[n:]
		var value []byte
		var v uint64
		var size int
		switch tag & 7 {
		case varint:
			v, size = binary.Uvarint(message)
			if size <= 0 {
				return nil, 0, false
			}
		case fixed64:
			size = 8
		case fixed32:
			size = 4
		case lengthDelimited:
			length, n := binary.Uvarint(message)
			if n <= 0 || length > uint64(len(message)-n) {
				return nil, 0, false
			}
			message = message[n:]
			size = int(length)
			value = message[:size]
		default:
			return nil, 0, false
		}
		if size > len(message) {
			return nil, 0, false
		}
		if tag>>3 == wanted {
			bytes, number, ok = value, v, true
		}
		message = message[size:]
	}
	return bytes, number, ok
}
