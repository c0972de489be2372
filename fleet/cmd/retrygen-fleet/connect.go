package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/redis/go-redis/v9"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/natsbus"
	"github.com/retrygen/retrygen/fleet/redisbus"
)

// An engine is the connection to Redis or NATS.
type engine struct {
	fleet.Bus
	fleet.Store
	close func()
}

// connect makes the connection that the URL names.
func connect(_ context.Context, o *options) (engine, error) {
	u, err := url.Parse(o.url)
	if err != nil { // the error may have parts of the password
		return engine{}, errors.New("bad URL\n\thint: in a password, write %XX for all characters except letters and digits")
	}
	if password := os.Getenv("RETRYGEN_FLEET_PASSWORD"); password != "" {
		if _, given := u.User.Password(); !given {
			u.User = url.UserPassword(u.User.Username(), password)
		}
	}
	config, err := o.tls()
	if err != nil {
		return engine{}, err
	}
	switch u.Scheme {
	case "redis", "rediss":
		return o.redis(u, config)
	case "nats", "tls":
		return o.nats(u, config)
	}
	return engine{}, fmt.Errorf("unknown scheme %q of the URL\n\thint: one of redis, rediss, nats and tls", u.Scheme)
}

func (o *options) redis(u *url.URL, config *tls.Config) (engine, error) {
	if config != nil && u.Scheme == "redis" {
		return engine{}, errors.New("-ca, -cert and -key need a connection with TLS\n\thint: rediss://")
	}
	client, err := redisClient(u, config)
	if err != nil {
		return engine{}, err
	}
	bus, err := redisbus.New(client, &redisbus.Options{Prefix: o.prefix, Timeout: o.timeout})
	if err != nil {
		return engine{}, errors.Join(err, client.Close())
	}
	return engine{bus, bus, func() { _ = client.Close() }}, nil
}

// redisClient returns the client for a URL: of Sentinel, of a cluster, or of one server.
func redisClient(u *url.URL, config *tls.Config) (redis.UniversalClient, error) {
	switch query := u.Query(); {
	case query.Has("master_name"):
		o, err := redis.ParseFailoverURL(u.String())
		if err != nil {
			return nil, err
		}
		o.ContextTimeoutEnabled, o.MaxRetries = true, 1
		o.TLSConfig = over(o.TLSConfig, config)
		return redis.NewFailoverClient(o), nil
	case query.Has("addr"):
		o, err := redis.ParseClusterURL(u.String())
		if err != nil {
			return nil, err
		}
		o.ContextTimeoutEnabled = true
		o.TLSConfig = over(o.TLSConfig, config)
		return redis.NewClusterClient(o), nil
	}
	o, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled, o.MaxRetries = true, 1
	o.TLSConfig = over(o.TLSConfig, config)
	return redis.NewClient(o), nil
}

// over puts certificates into the configuration that the URL made.
func over(made, config *tls.Config) *tls.Config {
	if made != nil && config != nil {
		made.RootCAs, made.Certificates = config.RootCAs, config.Certificates
	}
	return made
}

func (o *options) nats(u *url.URL, config *tls.Config) (engine, error) {
	opts := []nats.Option{nats.Name("retrygen-fleet"), nats.Timeout(o.timeout), nats.MaxReconnects(-1)}
	if u.Scheme == "tls" && config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if config != nil {
		opts = append(opts, nats.Secure(config))
	}
	if o.creds != "" {
		opts = append(opts, nats.UserCredentials(o.creds))
	}
	conn, err := nats.Connect(u.String(), opts...)
	if err != nil {
		return engine{}, fmt.Errorf("%s: %w", u.Host, err)
	}
	bus, err := natsbus.New(conn, &natsbus.Options{Prefix: o.prefix, Bucket: o.bucket, Create: true, Timeout: o.timeout})
	if err != nil {
		conn.Close()
		return engine{}, err
	}
	return engine{bus, bus, conn.Close}, nil
}

// tls returns what -ca, -cert and -key say, or nil.
func (o *options) tls() (*tls.Config, error) {
	if o.ca == "" && o.cert == "" && o.key == "" {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.ca != "" {
		pem, err := os.ReadFile(o.ca)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s has no certificate", o.ca)
		}
	}
	if o.cert != "" || o.key != "" {
		pair, err := tls.LoadX509KeyPair(o.cert, o.key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// redacted returns an error without the passwords.
func (o *options) redacted(err error) error {
	text := err.Error()
	secrets := []string{os.Getenv("RETRYGEN_FLEET_PASSWORD")}
	if u, err := url.Parse(o.url); err == nil {
		password, _ := u.User.Password()
		_, written, _ := strings.Cut(u.User.String(), ":")
		secrets = append(secrets, password, written)
	}
	clean := text
	for _, secret := range secrets {
		if secret != "" {
			clean = strings.ReplaceAll(clean, secret, "xxxxx")
		}
	}
	if clean == text {
		return err
	}
	return errors.New(clean)
}
