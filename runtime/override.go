package retry

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/retrygen/retrygen/policy"
)

// An Override changes the policies of methods when their wrapper is made. It gets the
// method, with its name ("PaymentClient.Charge") and the policy that its source declares, and
// the policy to change, which is the declared one unless another Override has changed it. It
// returns the policy to use, or an error. See [Options].Override.
type Override func(m policy.Method, p policy.Policy) (policy.Policy, error)

// JoinOverrides returns an Override that applies those given in turn: each one gets what
// the one before it has returned, so the last one wins. Nil ones are skipped.
func JoinOverrides(overrides ...Override) Override {
	return func(m policy.Method, p policy.Policy) (policy.Policy, error) {
		for _, override := range overrides {
			if override == nil {
				continue
			}
			var err error
			if p, err = override(m, p); err != nil {
				return p, err
			}
		}
		return p, nil
	}
}

// ParseOverrides reads a text that changes the policies of methods without regenerating
// their wrappers. Each line names a method, or an interface for all its methods, and has a
// [policy.Patch]: the keys to change, in the grammar of the comments. What a line does not
// name stays as the source declares it:
//
//	# while the bank is slow
//	PaymentClient: attempts=2; timeout total=10s
//	PaymentClient.Balance: breaker off
//
// The line of a method goes over that of its interface. The line of an interface leaves out
// what a method cannot have and what its source does not give it, such as a timeout without
// a context, or retries of a method that makes one attempt; see [policy.Patch.Fit].
//
// ParseOverrides ignores empty lines and lines that begin with #. The error names the line
// and the column of everything that is wrong in the text. What does not fit to the policy of
// a method is an error when its wrapper is made. ParseOverrides does not notice names that
// no wrapper has. "retrygen explain -overrides" finds all of that before.
func ParseOverrides(text string) (Override, error) {
	list, err := policy.ParseOverrides(text)
	if err != nil {
		return nil, fmt.Errorf("retry: overrides: %w", located(err, func(e *policy.Error) string {
			line, column := e.Position(text)
			return fmt.Sprintf("line %d, column %d", line, column)
		}))
	}
	over := make(map[string]policy.Override)
	for _, o := range list {
		over[o.Name] = o
	}
	return func(m policy.Method, p policy.Policy) (policy.Policy, error) {
		iface, _, _ := strings.Cut(m.Name, ".")
		for _, name := range named(m.Name, iface) {
			o := over[name]
			if name != m.Name {
				o.Patch, _ = o.Patch.Fit(m)
			}
			changed, err := o.Apply(p)
			if err != nil {
				return p, located(err, func(e *policy.Error) string {
					line, column := e.Position(text)
					return fmt.Sprintf("overrides: line %d, column %d", line, column)
				})
			}
			p = changed
		}
		return p, nil
	}, nil
}

// named returns the names under which overrides can name a method, the strongest last.
func named(method, iface string) []string {
	if method == iface {
		return []string{method}
	}
	return []string{iface, method}
}

// located puts the place before each of the errors of a text.
func located(err error, place func(*policy.Error) string) error {
	var errs []error
	for _, e := range policy.Errors(err) {
		errs = append(errs, fmt.Errorf("%s: %w", place(e), e))
	}
	return errors.Join(errs...)
}

// EnvOverrides is ParseOverrides for environment variables. It reads them once, when it
// is called. The name of a variable is the prefix and the name of an interface, or that of an
// interface, an underscore and the name of a method, in upper case. With the prefix "RETRY_":
//
//	RETRY_PAYMENTCLIENT="attempts=2; timeout total=10s"
//	RETRY_PAYMENTCLIENT_BALANCE="breaker off"
//
// EnvOverrides reads every variable that begins with the prefix. The error names those
// whose value is wrong, and those whose name has a lower case letter after the prefix or
// nothing at all, because no method can have such a name. A misspelled name in upper case,
// such as RETRY_PAYMENTCLIENT_CHARG, is not an error and has no effect: EnvOverrides does
// not know which wrappers the program will make. "retrygen explain -env RETRY_" finds it.
//
// A variable that stands for two names of the program is an error when the second wrapper is
// made: RETRY_A_B for the method B of an interface A and for an interface A_B. An empty
// prefix is an error, because most variables are not policies.
func EnvOverrides(prefix string) (Override, error) {
	if prefix == "" {
		return nil, errors.New("retry: overrides: the prefix of the environment variables is empty")
	}
	v := &variables{prefix: prefix, patches: make(map[string]policy.Patch), means: make(map[string]string)}
	var errs []error
	for _, entry := range os.Environ() {
		name, text, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		if method := strings.TrimPrefix(name, prefix); method == "" || method != strings.ToUpper(method) {
			errs = append(errs, fmt.Errorf("%s: no method has this variable: after the prefix, its name must be an interface and perhaps a method, in upper case", name))
			continue
		}
		x, err := policy.ParsePatch(text)
		if err != nil {
			errs = append(errs, located(err, func(e *policy.Error) string { return fmt.Sprintf("%s, column %d", name, e.Offset+1) }))
		}
		v.patches[name] = x
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("retry: overrides: %w", errors.Join(errs...))
	}
	return v.override, nil
}

// variables are the environment variables with a prefix.
type variables struct {
	prefix  string
	patches map[string]policy.Patch // by variable

	mu    sync.Mutex
	means map[string]string // what a variable has stood for, by variable
}

func (v *variables) override(m policy.Method, p policy.Policy) (policy.Policy, error) {
	iface, _, _ := strings.Cut(m.Name, ".")
	for _, name := range named(m.Name, iface) {
		variable := v.prefix + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
		x, ok := v.patches[variable]
		if !ok {
			continue
		}
		if other := v.meaning(variable, name); other != name {
			return p, fmt.Errorf("%s stands for both %s and %s: use ParseOverrides for one of them", variable, other, name)
		}
		if name != m.Name {
			x, _ = x.Fit(m)
		}
		changed, err := x.Apply(p)
		if err != nil {
			return p, located(err, func(e *policy.Error) string { return fmt.Sprintf("%s, column %d", variable, e.Offset+1) })
		}
		p = changed
	}
	return p, nil
}

// meaning returns what a variable stands for: the first name that asked for it.
func (v *variables) meaning(variable, name string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.means[variable]; !ok {
		v.means[variable] = name
	}
	return v.means[variable]
}
