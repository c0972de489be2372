package httpretry

import (
	"net/http"
	"reflect"
	"strconv"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// SortAWS tells the runtime how long a service of AWS asks to wait: the header
// X-Amz-Retry-After of its response, in milliseconds. The runtime knows the codes and
// statuses of these errors itself. SortAWS is for retry.MethodSpec.Sort, and looks only at
// the error itself, not at what it wraps.
func SortAWS(err error) (retry.Class, time.Duration) {
	response := awsResponse(err)
	if response == nil {
		return retry.ClassUnclassified, 0
	}
	delay, parseErr := strconv.ParseUint(response.Header.Get("X-Amz-Retry-After"), 10, 31)
	if parseErr != nil {
		return retry.ClassUnclassified, 0
	}
	return retry.ClassUnclassified, time.Duration(delay) * time.Millisecond
}

// awsResponse returns the response that an error carries, or nil. The errors of the SDK have
// a method HTTPResponse, whose result is a pointer to a struct of github.com/aws/smithy-go
// with an *http.Response. Generated code cannot name that struct, because go mod tidy would
// then make smithy-go a direct requirement of the user's module.
func awsResponse(err error) *http.Response {
	method := reflect.ValueOf(err).MethodByName("HTTPResponse")
	if !method.IsValid() || method.Type().NumIn() != 0 || method.Type().NumOut() != 1 {
		return nil
	}
	wrapper := method.Call(nil)[0]
	if wrapper.Kind() != reflect.Pointer || wrapper.IsNil() || wrapper.Elem().Kind() != reflect.Struct {
		return nil
	}
	field := wrapper.Elem().FieldByName("Response")
	if !field.IsValid() || !field.CanInterface() {
		return nil
	}
	response, _ := field.Interface().(*http.Response)
	return response
}
