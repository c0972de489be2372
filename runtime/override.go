package retry

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/retrygen/retrygen/policy"
)

// ParseOverrides reads a text that changes the policies of methods without
// regenerating their wrappers, and returns a func for Options.Override. Each line
// names a method and says, in the grammar of the comments, what is laid over what
// the source declares, concern by concern:
//
//	# while the bank is slow
//	PaymentClient.Charge: exponential attempts=2 base=500ms; timeout total=10s
//	PaymentClient.Balance: breaker off
//
// Empty lines and those that begin with # say nothing. The error names the lines
// and the columns of all that is wrong. Methods that no wrapper has are not
// noticed here.
func ParseOverrides(text string) (func(method string, p policy.Policy) policy.Policy, error) {
	list, err := policy.ParseOverrides(text)
	var errs []error
	for _, e := range policy.Errors(err) {
		line, column := e.Position(text)
		errs = append(errs, fmt.Errorf("line %d, column %d: %w", line, column, e))
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("retry: overrides: %w", errors.Join(errs...))
	}
	over := make(map[string]policy.Policy)
	for _, o := range list {
		over[o.Method] = o.Policy
	}
	return func(method string, p policy.Policy) policy.Policy { return p.Overlay(over[method]) }, nil
}

// EnvOverrides is ParseOverrides for environment variables, as they are when it is
// called. The variable of a method is the prefix and the names of the interface
// and the method in upper case: with the prefix "RETRY_" it is
//
//	RETRY_PAYMENTCLIENT_CHARGE="exponential attempts=2 base=500ms; timeout total=10s"
//
// Every variable that begins with the prefix is read, and the error names those
// that are wrong. An empty prefix is an error, because other variables are no
// policies.
func EnvOverrides(prefix string) (func(method string, p policy.Policy) policy.Policy, error) {
	if prefix == "" {
		return nil, errors.New("retry: overrides: the prefix of the environment variables is empty")
	}
	over := make(map[string]policy.Policy)
	var errs []error
	for _, entry := range os.Environ() {
		name, text, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		p, err := policy.Parse(text)
		over[name] = p
		for _, e := range policy.Errors(err) {
			errs = append(errs, fmt.Errorf("%s, column %d: %w", name, e.Offset+1, e))
		}
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("retry: overrides: %w", errors.Join(errs...))
	}
	return func(method string, p policy.Policy) policy.Policy {
		return p.Overlay(over[prefix+strings.ToUpper(strings.ReplaceAll(method, ".", "_"))])
	}, nil
}
