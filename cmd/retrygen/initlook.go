package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/retrygen/retrygen/gen"
)

// look lists what in the packages a wrapper could guard.
func (o *initOptions) look(ctx context.Context, dir string, stdout io.Writer) error {
	survey, err := gen.Look(ctx, o.config(dir))
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		return relative(dir, err)
	}
	_, err = io.WriteString(stdout, surveyText(dir, survey))
	return err
}

// surveyText writes a survey for people.
func surveyText(dir string, s *gen.Survey) string {
	var b strings.Builder
	interfaces := func(title string, list []gen.SurveyedInterface) {
		if len(list) == 0 {
			return
		}
		b.WriteString(title + "\n")
		for _, i := range list {
			fmt.Fprintf(&b, "  %s:%d  %s, methods that take a context and can fail: %d of %d\n", shorten(dir, i.Pos.Filename), i.Pos.Line, i.Name, i.Calls, i.Methods)
			for _, reason := range i.Reasons {
				fmt.Fprintf(&b, "      %s\n", reason)
			}
		}
	}
	interfaces("interfaces worth a wrapper:", s.Worth)
	interfaces("interfaces with directives:", s.Wrapped)
	if len(s.Clients) > 0 {
		b.WriteString("clients that -from can write an interface for:\n")
	}
	for _, c := range s.Clients {
		fmt.Fprintf(&b, "  %s:%d  %s, %s\n      retrygen init -from %s -methods NAMES\n", shorten(dir, c.Pos.Filename), c.Pos.Line, c.Name, c.Where, c.From)
	}
	if b.Len() == 0 {
		return "nothing in these packages shows that a wrapper would be of use\n"
	}
	return b.String()
}
