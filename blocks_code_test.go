//lint:file-ignore SA4006 the pages leave checks of errors out

package retrygen_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/golden/payment"
	"github.com/retrygen/retrygen/policy"
	"github.com/retrygen/retrygen/retrypage"
	retry "github.com/retrygen/retrygen/runtime"
)

var NewResilientPaymentClient = payment.NewResilientPaymentClient

// The code of docs/operating.md runs.
func TestCodeOfOperatingPage(t *testing.T) {
	var next payment.PaymentClient // never called
	t.Setenv("RETRY_PAYMENTCLIENT", "attempts=2")
	override, err := retry.EnvOverrides("RETRY_")
	client := NewResilientPaymentClient(next, &retry.Options{Override: override})
	require.NoError(t, err)
	group := client.Group()

	group.SetBreakerMode(breaker.WatchOnly) // no breaker of the group refuses anything from now on
	group.SetBreakerMode(breaker.On)        // and back

	assert.NoError(t, changePolicy(group))
}

func changePolicy(group *retry.Group) (err error) {
	patch, err := policy.ParsePatch("attempts=2; timeout total=5s")
	err = group.SetPolicy("PaymentClient.Charge", patch) // or "PaymentClient" for all its methods
	err = group.ResetPolicy("PaymentClient.Charge")      // takes back what SetPolicy has changed
	err = group.ResetToSource("PaymentClient.Charge")    // what the environment has changed, too
	return err
}

// What the code of docs/page.md takes from the program.
var (
	isPassword = func(name, password string) bool { return name == "ann" && password == "secret" }
	operators  = map[string]bool{"ann": true}
	sessions   session
)

type session struct{}

func (session) RequireRole(session, role string) error {
	return fmt.Errorf("%s is not of an %s", session, role)
}
func (session) Name(*http.Request) string { return "ann" }

// Basic authentication. Wrap the page, so that browsers ask for the password.
func authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, password, ok := r.BasicAuth(); !ok || !isPassword(name, password) {
			w.Header().Set("WWW-Authenticate", `Basic realm="retry"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func basicControl(groups func() []*retry.Group) {
	control := func(r *http.Request) error {
		if name, _, _ := r.BasicAuth(); !operators[name] {
			return fmt.Errorf("%q is not an operator", name)
		}
		return nil
	}
	http.Handle("/debug/retry/", authenticated(retrypage.Handler(retrypage.Config{Groups: groups, Control: control})))
}

func certificateControl() func(*http.Request) error {
	// A client certificate: the server's tls.Config has ClientAuth: tls.VerifyClientCertIfGiven.
	control := func(r *http.Request) error {
		if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
			return errors.New("no client certificate")
		}
		return nil
	}
	return control
}

func sessionControl() retrypage.Config {
	// The session of your own login. The cookie should be SameSite=Strict, Secure and HttpOnly.
	control := func(r *http.Request) error {
		cookie, err := r.Cookie("session")
		if err != nil {
			return err
		}
		return sessions.RequireRole(cookie.Value, "operator")
	}
	who := func(r *http.Request) string { return sessions.Name(r) } // Config.Who
	return retrypage.Config{Control: control, Who: who}
}

func mount(server *http.Server, payments, search *payment.ResilientPaymentClient) {
	page := retrypage.Handler(retrypage.Config{
		Title:    "checkout",
		Groups:   retrypage.Groups(payments.Group(), search.Group()),
		Counting: true,
	})
	http.Handle("/debug/retry/", page)
	server.RegisterOnShutdown(page.Close) // or Shutdown waits for readers
}

var _, _, _, _ = basicControl, certificateControl, sessionControl, mount
