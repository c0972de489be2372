package retrytest_test

import "fmt"

// A failing is a test whose failure can be read.
type failing struct{ text string }

func (f *failing) Name() string                      { return "TestShop/policies" }
func (f *failing) Helper()                           {}
func (f *failing) Errorf(format string, args ...any) { f.text += fmt.Sprintf(format, args...) }
