// Package options stands in for that of the driver.
package options

type ClientOptions struct{}

func Client() *ClientOptions                                     { return new(ClientOptions) }
func (o *ClientOptions) ApplyURI(uri string) *ClientOptions      { return o }
func (o *ClientOptions) SetRetryReads(retry bool) *ClientOptions { return o }
