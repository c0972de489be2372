package retry

import "slices"

// HasStatus is for generated code. It reports whether an error in err's tree has one of
// the statuses of HTTP, by its method HTTPStatusCode() int.
func HasStatus(err error, statuses ...int) bool {
	return anyIn(err, func(e interface{ HTTPStatusCode() int }) bool { return slices.Contains(statuses, e.HTTPStatusCode()) })
}

// HasCode is for generated code. It reports whether an error of type E in err's tree has
// one of the codes, by its method Code. E is *connect.Error.
func HasCode[E interface {
	error
	Code() C
}, C comparable](err error, codes ...C) bool {
	return anyIn(err, func(e E) bool { return slices.Contains(codes, e.Code()) })
}

// HasGRPCCode is for generated code. It reports whether an error in err's tree has a
// status of gRPC with one of the codes, by its method GRPCStatus. S is *status.Status. An
// error that has no status has no code either, not even Unknown.
func HasGRPCCode[S interface{ Code() C }, C comparable](err error, codes ...C) bool {
	return anyIn(err, func(e interface{ GRPCStatus() S }) bool { return slices.Contains(codes, e.GRPCStatus().Code()) })
}

// anyIn reports whether an error in err's tree is a T that fits, or says by a method As
// that it is one. Where an error wraps several, each of them may fit. Looking at an error
// never panics.
func anyIn[T any](err error, fits func(T) bool) bool {
	for e := range tree(err) {
		if isNilPointer(e) {
			continue
		}
		found := false
		quietly(func() {
			t, ok := e.(T)
			if as, can := e.(interface{ As(any) bool }); can && !ok {
				ok = as.As(&t)
			}
			found = ok && fits(t)
		})
		if found {
			return true
		}
	}
	return false
}
