package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/policy"
)

// tries is how often set makes its change, when others change the document at the same time.
const tries = 5

// set puts a file into the place of the document, or adds lines to it.
func set(ctx context.Context, o *options, e engine) error {
	if o.for_ == "" && o.reason == "" {
		return o.replace(ctx, e)
	}
	switch {
	case o.for_ == "":
		return errors.New("set needs -for\n\thint: -for 30m")
	case o.reason == "":
		return errors.New("set needs -reason\n\thint: -reason 'the bank is slow'")
	case o.by == "":
		return errors.New("set needs -by\n\thint: -by anna")
	case len(o.words) == 0:
		return errors.New("set needs a line\n\thint: 'PaymentClient: force open', in quotes")
	}
	section, err := o.section()
	if err != nil {
		return err
	}
	if err := o.checked(ctx, fleet.Sections{section}.String(), "the line"); err != nil {
		return err
	}
	heard := o.listen(ctx, e)
	defer heard.stop()
	for range tries {
		before, old, err := o.present(ctx, e)
		if err != nil {
			return err
		}
		now := old.With(section)
		after, err := o.put(ctx, e, now.String(), before.Revision)
		if errors.Is(err, fleet.ErrConflict) {
			continue
		}
		if err != nil {
			return err
		}
		return o.report(ctx, heard, after, now)
	}
	return fmt.Errorf("%w\n\thint: many people change it now; try again", fleet.ErrConflict)
}

// section reads the section that the command line is.
func (o *options) section() (fleet.Section, error) {
	head := fmt.Sprintf("for %s by %s: %s", o.for_, o.by, o.reason)
	if strings.Contains(o.by, ":") || strings.ContainsAny(head, "\r\n") {
		return fleet.Section{}, errors.New("-for, -by and -reason are one line, and -by has no colon")
	}
	for _, line := range o.words {
		if strings.ContainsAny(line, "\r\n") {
			return fleet.Section{}, fmt.Errorf("%q is more than one line\n\thint: each line is an argument of its own", line)
		}
	}
	text := head + "\n" + strings.Join(o.words, "\n")
	sections, err := fleet.ParseDocument(text)
	var faults []string
	for _, e := range policy.Errors(err) {
		fault := "retrygen-fleet: "
		if line, _ := e.Position(text); line > 1 {
			fault += o.words[line-2] + ": "
		}
		faults = append(faults, fault+hinted(e))
	}
	switch {
	case err != nil:
		return fleet.Section{}, said{strings.Join(faults, "\n")}
	case len(sections) != 1 || len(sections[0].Lines) != len(o.words):
		return fleet.Section{}, errors.New("each argument must be one line, as 'PaymentClient: force open'")
	}
	return sections[0], nil
}

// replace puts a file into the place of the document.
func (o *options) replace(ctx context.Context, e engine) error {
	if len(o.words) != 1 || strings.Contains(o.words[0], ": ") {
		return errors.New("set needs a file, or -for, -reason and lines\n\thint: retrygen-fleet set -for 30m -reason 'the bank is slow' 'PaymentClient: attempts=2'")
	}
	name := o.words[0]
	var text []byte
	var err error
	if name == "-" {
		name = "standard input"
		text, err = io.ReadAll(io.LimitReader(o.in, fleet.MaxDocument+1))
	} else {
		text, err = os.ReadFile(name)
	}
	if err != nil {
		return err
	}
	sections, err := parse(name, string(text))
	if err != nil {
		return err
	}
	if err := o.checked(ctx, string(text), name); err != nil {
		return err
	}
	return o.exchange(ctx, e, string(text), sections)
}

// clearAll takes back everything.
func clearAll(ctx context.Context, o *options, e engine) error {
	return o.exchange(ctx, e, "", nil)
}

// exchange puts a document into the place of the present one, whatever that is.
func (o *options) exchange(ctx context.Context, e engine, text string, sections fleet.Sections) error {
	heard := o.listen(ctx, e)
	defer heard.stop()
	bounded, cancel := context.WithTimeout(ctx, o.timeout)
	before, err := e.Get(bounded)
	cancel()
	if err != nil {
		return err
	}
	after, err := o.put(ctx, e, text, before.Revision)
	if errors.Is(err, fleet.ErrConflict) {
		return fmt.Errorf("%w\n\thint: look what it is now, with retrygen-fleet get", err)
	}
	if err != nil {
		return err
	}
	if err := o.tookBack(before); err != nil {
		return err
	}
	return o.report(ctx, heard, after, sections)
}

// tookBack prints what of the document before is in force no more.
func (o *options) tookBack(before fleet.Document) error {
	old, err := fleet.ParseDocument(before.Text)
	if err != nil {
		return nil // it has never been in force
	}
	old = old.After(before.Age)
	if len(old) == 0 {
		return nil
	}
	_, err = fmt.Fprintf(o.out, "# taken back\n%s\n", indent(old.String()))
	return err
}

func indent(text string) string {
	return "#   " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n#   ")
}

func (o *options) put(ctx context.Context, e engine, text string, after uint64) (fleet.Document, error) {
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	return e.Put(ctx, text, after)
}

// report prints the new document, and what the processes say about it.
func (o *options) report(ctx context.Context, heard *listener, d fleet.Document, sections fleet.Sections) error {
	now := time.Now()
	var err error
	if len(sections) == 0 {
		_, err = fmt.Fprintf(o.out, "# revision %d: nothing is in force\n", d.Revision)
	} else {
		_, err = fmt.Fprintf(o.out, "# revision %d\n\n%s\n", d.Revision, shown(sections, now))
	}
	if err != nil || o.wait == 0 {
		return err
	}
	applied, refused := heard.answers(ctx, o.wait, d.Revision)
	return o.printAnswers(applied, refused)
}
