package retry

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/retrygen/retrygen/policy"
)

// An Override changes the policies of methods when their wrapper is made. It gets the
// name of a method ("PaymentClient.Charge") and the policy that its source declares, and
// returns the policy to use. See [Options].Override.
type Override func(method string, p policy.Policy) policy.Policy

// JoinOverrides returns an Override that applies those given in turn: each one gets what
// the one before it has returned, so the last one wins. Nil ones are skipped.
func JoinOverrides(overrides ...Override) Override {
	return func(method string, p policy.Policy) policy.Policy {
		for _, override := range overrides {
			if override != nil {
				p = override(method, p)
			}
		}
		return p
	}
}

// ParseOverrides reads a text that changes the policies of methods without
// regenerating their wrappers. Each line names a method and says, in the grammar of the
// comments, what replaces what the source declares, concern by concern:
//
//	# while the bank is slow
//	PaymentClient.Charge: exponential attempts=2 base=500ms; timeout total=10s
//	PaymentClient.Balance: breaker off
//
// It ignores empty lines and lines that begin with #. The error names the line and the
// column of everything that is wrong, and the line of a policy that contradicts itself:
// attempts that can never start within the total timeout, or attempts=unlimited without
// "budget off" beside it. ParseOverrides does not notice names of methods that no wrapper
// has.
func ParseOverrides(text string) (Override, error) {
	list, err := policy.ParseOverrides(text)
	var errs []error
	for _, e := range policy.Errors(err) {
		line, column := e.Position(text)
		errs = append(errs, fmt.Errorf("line %d, column %d: %w", line, column, e))
	}
	over := make(map[string]policy.Policy)
	for _, o := range list {
		over[o.Method] = o.Policy
		if err := o.Policy.Check(); err != nil {
			line := 1 + strings.Count(text[:o.Offset], "\n")
			errs = append(errs, fmt.Errorf("line %d: %w", line, err))
		}
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("retry: overrides: %w", errors.Join(errs...))
	}
	return func(method string, p policy.Policy) policy.Policy { return p.Overlay(over[method]) }, nil
}

// EnvOverrides is ParseOverrides for environment variables. It reads them once, when it
// is called. The name of a method's variable is the prefix, the name of the interface, an
// underscore and the name of the method, in upper case. With the prefix "RETRY_" it is
//
//	RETRY_PAYMENTCLIENT_CHARGE="exponential attempts=2 base=500ms; timeout total=10s"
//
// EnvOverrides reads every variable that begins with the prefix. The error names those
// whose value is wrong, and those whose name has a lower case letter after the prefix or
// nothing at all, because no method can have such a name. A misspelled name in upper case,
// such as RETRY_PAYMENTCLIENT_CHARG, is not an error and has no effect: EnvOverrides does
// not know which wrappers the program will make. The same holds for RETRY_PAYMENTCLIENT,
// which does not stand for all methods of an interface, but for a [Func] with that name. An empty prefix is an error, because most variables are not policies.
func EnvOverrides(prefix string) (Override, error) {
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
		if method := strings.TrimPrefix(name, prefix); method == "" || method != strings.ToUpper(method) {
			errs = append(errs, fmt.Errorf("%s: no method has this variable: after the prefix, its name must be an interface and a method in upper case", name))
			continue
		}
		p, err := policy.Parse(text)
		over[name] = p
		for _, e := range policy.Errors(err) {
			errs = append(errs, fmt.Errorf("%s, column %d: %w", name, e.Offset+1, e))
		}
		if err == nil {
			if err := p.Check(); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("retry: overrides: %w", errors.Join(errs...))
	}
	return func(method string, p policy.Policy) policy.Policy {
		return p.Overlay(over[prefix+strings.ToUpper(strings.ReplaceAll(method, ".", "_"))])
	}, nil
}
