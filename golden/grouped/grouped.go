// Package grouped declares its interfaces in groups, in a main package, and embeds one
// interface in two ways.
package main

import (
	"fmt"
	"io"
)

type (
	// Base is embedded in two ways.
	Base interface {
		io.Closer
		Name() (string, error)
	}

	Left interface {
		Base
		Left() (int, error)
	}

	Right interface {
		Base
		fmt.Stringer
		Right() (int, error)
	}

	// Diamond gets Base twice, and Close again.
	//
	//retry:simple attempts=2 delay=1ms
	Diamond interface {
		Right
		Left
		io.Closer
		interface{ Inline() error }
	}

	//retry:linear attempts=2 base=1ms
	other interface {
		hidden() (int, error)
		Shown() error
	}
)

func main() { fmt.Println(NewResilientDiamond(nil, nil) != nil, newResilientOther(nil, nil) != nil) }
