package redisbus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/retrygen/retrygen/fleet"
)

// getScript returns revision, text, age in microseconds, and the word of the Put of the
// document, or nothing if there is none.
var getScript = redis.NewScript(`
local d = redis.call('HMGET', KEYS[1], 'revision', 'text', 'time', 'put')
if not (d[1] and d[2] and d[3]) then return {} end
if #d[2] > tonumber(ARGV[1]) then return redis.error_reply('the document has more than ' .. ARGV[1] .. ' bytes') end
local now = redis.call('TIME')
return {d[1], d[2], string.format('%.0f', now[1] * 1000000 + now[2] - d[3]), d[4] or ''}
`)

// putScript writes a text if the document has the revision that is expected, and tells the
// watchers. It returns the new revision, or nothing after a conflict. The client may run it
// twice, when the connection breaks before the answer. So each Put has a word of its own, by
// which the second run knows the document of the first.
var putScript = redis.NewScript(`
local d = redis.call('HMGET', KEYS[1], 'revision', 'put')
if d[2] == ARGV[3] then return {d[1]} end
if (d[1] or '0') ~= ARGV[2] then return {} end
local now = redis.call('TIME')
local revision = string.format('%.0f', ARGV[2] + 1)
redis.call('HSET', KEYS[1], 'revision', revision, 'text', ARGV[1],
	'time', string.format('%.0f', now[1] * 1000000 + now[2]), 'put', ARGV[3])
redis.call('PUBLISH', ARGV[4], revision)
return {revision}
`)

// Get implements [fleet.Store].
func (b *Bus) Get(ctx context.Context) (fleet.Document, error) {
	document, _, err := b.read(ctx)
	return document, err
}

// read returns the document, and the word of its Put. Revisions start again when the server has
// lost the document, but no word comes back.
func (b *Bus) read(ctx context.Context) (document fleet.Document, put string, err error) {
	ctx, cancel := context.WithTimeout(ctx, b.o.Timeout)
	defer cancel()
	keys := []string{b.key("document")}
	reply, err := getScript.RunRO(ctx, b.client, keys, fleet.MaxDocument).StringSlice()
	if e, ok := errors.AsType[redis.Error](err); ok && strings.Contains(e.Error(), "unknown command") { // before Redis 7
		reply, err = getScript.Run(ctx, b.client, keys, fleet.MaxDocument).StringSlice()
	}
	switch {
	case err != nil:
		return fleet.Document{}, "", said("get", err)
	case len(reply) == 0:
		return fleet.Document{}, "", nil
	case len(reply) != 4:
		return fleet.Document{}, "", fmt.Errorf("redisbus: get: a reply of %d parts", len(reply))
	}
	revision, err := strconv.ParseUint(reply[0], 10, 64)
	if err != nil {
		return fleet.Document{}, "", said("get: the revision", err)
	}
	age, err := strconv.ParseInt(reply[2], 10, 64)
	if err != nil {
		return fleet.Document{}, "", said("get: the age", err)
	}
	// After a failover, the clock may be behind that of the server which wrote the time.
	age = max(age, 0)
	return fleet.Document{Text: reply[1], Revision: revision, Age: time.Duration(age) * time.Microsecond}, reply[3], nil
}

// Put implements [fleet.Store]. After an error that is not fleet.ErrConflict, the document may
// be the new one nevertheless, if only the answer got lost.
func (b *Bus) Put(ctx context.Context, text string, after uint64) (fleet.Document, error) {
	if len(text) > fleet.MaxDocument {
		return fleet.Document{}, fmt.Errorf("redisbus: put: a document of %d bytes; %d are allowed", len(text), fleet.MaxDocument)
	}
	ctx, cancel := context.WithTimeout(ctx, b.o.Timeout)
	defer cancel()
	reply, err := putScript.Run(ctx, b.client, []string{b.key("document")},
		text, strconv.FormatUint(after, 10), rand.Text(), b.key("changed")).StringSlice()
	switch {
	case err != nil:
		return fleet.Document{}, said("put", err)
	case len(reply) == 0:
		return fleet.Document{}, fleet.ErrConflict
	}
	revision, err := strconv.ParseUint(reply[0], 10, 64)
	if err != nil {
		return fleet.Document{}, said("put: the revision", err)
	}
	return fleet.Document{Text: text, Revision: revision}, nil
}
