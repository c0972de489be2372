package fleet

import (
	"context"
	"errors"
	"time"
)

// A Bus carries short messages between the processes of a fleet. Packages fleet/redisbus and
// fleet/natsbus have one each. A Bus may lose messages, and may deliver them late. All methods
// are safe for concurrent use.
type Bus interface {
	// Publish sends a message to the subscribers that the topic has now, which may include this
	// process. It does not keep the message. It returns an error if it knows that the message is
	// lost, or when ctx ends.
	Publish(ctx context.Context, topic string, message []byte) error

	// Subscribe calls receive with each message of the topic, one at a time, until ctx ends;
	// then it returns nil. It makes the connection anew when it breaks. It returns an error only
	// if it can never work, such as with a wrong password. Receive may keep the message.
	Subscribe(ctx context.Context, topic string, receive func(message []byte)) error
}

// A Store keeps one document for the whole fleet. Packages fleet/redisbus and fleet/natsbus
// have one each. All methods are safe for concurrent use.
type Store interface {
	// Watch calls receive with the present document and with each later one, one at a time,
	// until ctx ends; then it returns nil. It may leave out a document that a later one has
	// replaced. After each reconnect it calls receive again with the present document. While
	// there is none, that is the zero Document. It returns an error only if it can never work.
	Watch(ctx context.Context, receive func(Document)) error

	// Get returns the present document, or the zero Document if there is none.
	Get(ctx context.Context) (Document, error)

	// Put replaces the present document if its revision is after, and returns the new one. It
	// returns ErrConflict if the present document has another revision. Revision 0 says that
	// there is no document yet. Put does not read the text.
	Put(ctx context.Context, text string, after uint64) (Document, error)
}

// ErrConflict is the error of [Store.Put] if somebody else has put a document in between. Get
// the present document, make the change again, and put that.
var ErrConflict = errors.New("fleet: the document has changed in between")

// A Document is what a Store holds. The zero Document says that there is none.
type Document struct {
	Text     string // for ParseDocument
	Revision uint64 // from 1; each Put makes it greater

	// Age is the time since Put, by the clock of the store, at the moment of receiving. The
	// clocks of processes do not matter.
	Age time.Duration
}
