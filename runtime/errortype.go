package retry

import (
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// ErrorType returns a short text that says what kind of error err is, for a label of a
// metric or an attribute of a trace. It is the first of these that err or an error that it
// wraps has:
//
//   - the code of gRPC, in the spelling of its specification ("UNAVAILABLE"), by a method
//     GRPCStatus, or by a method Code as *connect.Error has it
//   - the status of HTTP ("503"), by a method HTTPStatusCode() int
//   - the SQLSTATE ("40001"), by a method SQLState() string
//   - the Go type ("*net.OpError")
//
// The Go type is that of the outermost error that is more than a wrapper around another
// one. So it leaves out those of fmt.Errorf, errors.Join and *url.Error, and names
// *errors.errorString only if there is nothing else. In an [Error] it looks at Last first,
// and at the rest if there is no Last. ErrorType(nil) is "".
//
// The text never contains the message of an error. It is valid UTF-8. The number of
// different texts is small in most programs, but has no bound: a server chooses its codes.
func ErrorType(err error) string {
	if err == nil {
		return ""
	}
	if code := firstCode(err); code != "" {
		return code
	}
	var named, plainName string
	eachCounting(err, func(e error) bool {
		t := reflect.TypeOf(e)
		switch {
		case t == plainType:
			plainName = t.String()
		case !wraps(t, e):
			named = t.String()
		}
		return named == ""
	})
	switch {
	case named != "":
		return named
	case plainName != "":
		return plainName
	}
	return reflect.TypeOf(err).String()
}

// eachCounting yields an error and all that it wraps, in the order of errors.As. What a
// wrapper adds to the last error of a call is left out.
func eachCounting(err error, yield func(error) bool) bool {
	for err != nil {
		if e, ok := err.(*Error); ok && e != nil && e.Last != nil {
			err = e.Last
			continue
		}
		if !yield(err) {
			return false
		}
		many, one := unwrap(err)
		for _, branch := range many {
			if !eachCounting(branch, yield) {
				return false
			}
		}
		err = one
	}
	return true
}

// wraps reports whether errors of type t say nothing but what they wrap, or why this
// package has made them.
func wraps(t reflect.Type, err error) bool {
	switch err.(type) {
	case *Error, *fallbackError, *permanent, *seen, *rewindError, *attemptTimeout, *hollow, *pending, *ChaosError, cause, deadline,
		*url.Error:
		return true
	}
	switch t {
	case joinType, wrapType, severalType:
		return true
	}
	return false
}

// firstCode returns the first code of a well-known system in err's tree, or "".
func firstCode(err error) (code string) {
	eachCounting(err, func(e error) bool {
		if !isNilPointer(e) {
			quietly(func() { code = codeIn(e) })
		}
		return code == ""
	})
	return code
}

// codeIn returns the code that an error itself has, or "".
func codeIn(err error) string {
	if code := rpcCode(err); code != "" {
		return code
	}
	if e, ok := err.(interface{ HTTPStatusCode() int }); ok {
		if status := e.HTTPStatusCode(); status >= 100 && status <= 599 {
			return strconv.Itoa(status)
		}
	}
	if e, ok := err.(interface{ SQLState() string }); ok && isSQLState(e.SQLState()) {
		return e.SQLState()
	}
	return ""
}

// isSQLState reports whether a text is an SQLSTATE: five digits or capital letters (ISO/IEC
// 9075-2, 24.1).
func isSQLState(code string) bool {
	return len(code) == 5 && strings.Trim(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// rpcCodes are the codes of gRPC by their numbers, which Connect has as well
// (https://grpc.io/docs/guides/status-codes).
var rpcCodes = [...]string{
	1: "CANCELLED", 2: "UNKNOWN", 3: "INVALID_ARGUMENT", 4: "DEADLINE_EXCEEDED", 5: "NOT_FOUND", 6: "ALREADY_EXISTS",
	7: "PERMISSION_DENIED", 8: "RESOURCE_EXHAUSTED", 9: "FAILED_PRECONDITION", 10: "ABORTED", 11: "OUT_OF_RANGE",
	12: "UNIMPLEMENTED", 13: "INTERNAL", 14: "UNAVAILABLE", 15: "DATA_LOSS", 16: "UNAUTHENTICATED",
}

// rpcCode returns the code of an error of gRPC or Connect, or "". The types of both are
// unknown here, so it finds their methods by name. The names are constants, which lets the
// linker leave out the unused methods of all other names.
func rpcCode(err error) string {
	carrier := reflect.ValueOf(err)
	if status := carrier.MethodByName("GRPCStatus"); status.IsValid() {
		if t := status.Type(); t.NumIn() == 0 && t.NumOut() == 1 {
			if carrier = status.Call(nil)[0]; isNil(carrier.Interface()) {
				return ""
			}
		}
	}
	code := carrier.MethodByName("Code")
	if !code.IsValid() {
		return ""
	}
	if t := code.Type(); t.NumIn() != 0 || t.NumOut() != 1 || t.Out(0).Kind() != reflect.Uint32 || t.Out(0).Name() != "Code" {
		return ""
	}
	if n := code.Call(nil)[0].Uint(); n < uint64(len(rpcCodes)) {
		return rpcCodes[n]
	}
	return ""
}
