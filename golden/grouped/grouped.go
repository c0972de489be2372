// Package grouped declares its interfaces in groups, in a package main of commands,
// and gets its methods along more than one way.
package main

import (
	"fmt"
	"io"
)

type (
	// Base is embedded along two ways.
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

	// Diamond gets Base twice, and Close once more.
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
