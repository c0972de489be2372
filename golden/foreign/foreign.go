// Package foreign embeds interfaces that were not written for retrygen, from the standard
// library. Each has a breaker, and a strategy if its methods may be repeated.
package foreign

import (
	"database/sql/driver"
	"flag"
	"go/types"
	"io"
	"io/fs"
	"net"
	"net/http"
)

//retry:breaker failures=3 cooldown=1s
type ReadWriteCloser interface{ io.ReadWriteCloser }

//retry:breaker failures=3 cooldown=1s
//retry:exponential attempts=3 base=10ms
type RoundTripper interface{ http.RoundTripper }

//retry:breaker failures=3 cooldown=1s
//retry:exponential attempts=3 base=10ms
type Conn interface{ driver.Conn }

//retry:breaker failures=3 cooldown=1s
//retry:exponential attempts=3 base=10ms
type QueryerContext interface{ driver.QueryerContext }

//retry:breaker failures=3 cooldown=1s
//retry:exponential attempts=3 base=10ms
type ReadDirFS interface{ fs.ReadDirFS }

//retry:breaker failures=3 cooldown=1s
type NetConn interface{ net.Conn }

//retry:breaker failures=3 cooldown=1s
//retry:exponential attempts=3 base=10ms
type Value interface{ flag.Value }

//retry:breaker failures=3 cooldown=1s
//retry:exponential attempts=3 base=10ms
type Importer interface{ types.Importer }
