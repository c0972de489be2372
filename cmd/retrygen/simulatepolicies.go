package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/retrygen/retrygen/gen"
	"github.com/retrygen/retrygen/internal/simulate"
	"github.com/retrygen/retrygen/policy"
)

// contenders returns the policies to simulate.
func (o *simulateOptions) contenders(ctx context.Context) ([]simulate.Contender, error) {
	var said []policy.Policy
	for _, text := range o.policies {
		p, err := policy.Parse(text)
		for _, e := range policy.Errors(err) {
			return nil, fmt.Errorf("retrygen: -policy %q: %w", text, e)
		}
		said = append(said, p)
	}
	var list []simulate.Contender
	if len(said) > 0 && !o.named {
		for i, p := range said {
			if (p.Retry.Attempts > 1 || p.Hedge.After > 0) && p.Budget == (policy.Budget{}) {
				p.Budget = policy.DefaultBudget()
			}
			list = append(list, simulate.Contender{Name: letter(i), Policy: p})
		}
	} else {
		declared, err := o.declared(ctx)
		if err != nil {
			return nil, err
		}
		for _, c := range declared {
			list = append(list, c)
			for i, p := range said {
				list = append(list, simulate.Contender{Name: c.Name + " with " + o.policies[i], Policy: c.Policy.Overlay(p)})
			}
		}
	}
	for _, c := range list {
		if err := c.Policy.Check(); err != nil {
			return nil, fmt.Errorf("retrygen: %s: %w", c.Name, err)
		}
	}
	return list, nil
}

// letter names the policies of the command line: A, B, ... and then 27, 28, ...
func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return strconv.Itoa(i + 1)
}

// declared returns the policies of the methods that the command line asks for. Methods with
// the same policy are one contender.
func (o *simulateOptions) declared(ctx context.Context) ([]simulate.Contender, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	cfg := o.config(dir)
	if _, err := readOverrides(&cfg, o.overrides); err != nil {
		return nil, err
	}
	explanation, err := gen.Explain(ctx, cfg)
	if err != nil {
		return nil, relative(dir, err)
	}
	if explanation, err = only(explanation, o.methods); err != nil {
		return nil, err
	}
	var list []simulate.Contender
	found := make(map[string]int)
	for _, iface := range explanation.Interfaces {
		for _, m := range iface.Methods {
			if m.PassesThrough != "" {
				continue
			}
			name := iface.Name + "." + m.Name
			if i, ok := found[m.Policy.String()]; ok {
				list[i].Name += ", " + name
				continue
			}
			found[m.Policy.String()] = len(list)
			list = append(list, simulate.Contender{Name: name, Policy: m.Policy})
		}
	}
	if len(list) == 0 {
		return nil, errors.New("retrygen: there is no method with a policy to simulate\n\thint: retrygen simulate -policy \"exponential-jitter attempts=3\" overload")
	}
	return list, nil
}
