package main

import (
	"context"
	"fmt"
	"time"

	"github.com/retrygen/retrygen/fleet"
)

// get prints what is in force.
func get(ctx context.Context, o *options, e engine) error {
	document, sections, err := o.present(ctx, e)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(o.out, o.told(document, sections))
	return err
}

// told says what a document with these sections puts into force now.
func (o *options) told(d fleet.Document, sections fleet.Sections) string {
	now := time.Now()
	switch {
	case d.Revision == 0:
		return "# there is no document\n"
	case len(sections) == 0:
		return fmt.Sprintf("# revision %d, of %s ago: nothing is in force\n", d.Revision, age(d))
	}
	return fmt.Sprintf("# revision %d, of %s ago\n\n%s", d.Revision, age(d), shown(sections, now))
}

func age(d fleet.Document) time.Duration { return d.Age.Truncate(time.Second) }

// present reads the document, and what of it is in force.
func (o *options) present(ctx context.Context, e engine) (fleet.Document, fleet.Sections, error) {
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	document, err := e.Get(ctx)
	if err != nil {
		return document, nil, err
	}
	sections, err := parse(fmt.Sprintf("revision %d", document.Revision), document.Text)
	if err != nil {
		return document, nil, said{printable(err.Error()) + "\n\thint: every process has refused this document; put another one there, or clear it"}
	}
	return document, sections.After(document.Age), nil
}
