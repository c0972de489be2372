package retrypage_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
	"github.com/retrygen/retrygen/policy"
	"github.com/retrygen/retrygen/retrypage"
	retry "github.com/retrygen/retrygen/runtime"
)

// A program serves the page next to its other debug pages. Here a reader asks for it.
func Example() {
	group := new(retry.Group) // or NewResilientPaymentClient(next, nil).Group()
	retry.NewWrapper("PaymentClient", policy.Policy{Breaker: policy.Breaker{Failures: 5}}, &retry.Options{Group: group})

	page := retrypage.Handler(retrypage.Config{Title: "checkout", Groups: retrypage.Groups(group), Counting: true})
	defer page.Close() // or server.RegisterOnShutdown(page.Close)
	mux := http.NewServeMux()
	mux.Handle("/debug/retry/", page)

	response := httptest.NewRecorder()
	mux.ServeHTTP(response, httptest.NewRequest(http.MethodGet, "http://localhost/debug/retry/", nil))
	_, title, _ := strings.Cut(response.Body.String(), "<title>")
	title, _, _ = strings.Cut(title, "</title>")
	fmt.Println(response.Code, title)
	// Output: 200 ✓ The dependency works · checkout
}

// Only the people that Control lets through see the forms and can change something. Everybody
// who can reach the server can read the page. Wrap it in a handler of your own if these are
// too many.
func ExampleConfig_control() {
	operators := map[string]bool{"anna": true}
	password := func(name, password string) bool { return name == "anna" && password == "secret" }

	page := retrypage.Handler(retrypage.Config{
		Hosts: []string{"checkout.internal.example.com"},
		Control: func(r *http.Request) error {
			name, word, ok := r.BasicAuth()
			if !ok || !password(name, word) || !operators[name] {
				return fmt.Errorf("%q is not an operator", name)
			}
			return nil
		},
	})
	defer page.Close()
	request := httptest.NewRequest(http.MethodGet, "https://checkout.internal.example.com/change", nil)
	response := httptest.NewRecorder()
	page.ServeHTTP(response, request)
	fmt.Println(response.Code)
	// Output: 403
}

// A process that takes part in a fleet shows what the operator of the fleet has said.
func ExampleConfig_fleet() {
	f, err := fleet.New(fleet.Config{Store: new(fleettest.Engine).Connect()}) // or an engine on the network
	if err != nil {
		panic(err)
	}
	var config retrypage.Config
	config.Fleet = func() any { return f.Status() } // f is the *fleet.Fleet
	page := retrypage.Handler(config)
	defer page.Close()

	response := httptest.NewRecorder()
	page.ServeHTTP(response, httptest.NewRequest(http.MethodGet, "http://localhost/", nil))
	_, problem, _ := strings.Cut(response.Body.String(), "</svg><span>This")
	problem, _, _ = strings.Cut(problem, "</span>")
	fmt.Println("This" + problem)
	// Output: This process takes no part in the fleet: Run of the Fleet is not under way.
}
