// Package browser tests package retrypage in Chromium: what people see while calls fail,
// that the forms work and only for those who may use them, and that the page loads nothing
// from elsewhere and breaks none of its own rules.
//
// It is a module of its own, so that chromedp is not in the go.mod of users. The tests need
// the program chromium, which Debian has a package of, and are skipped without it unless the
// environment has BROWSER_REQUIRE=chromium. The screenshots of docs/page.md come from
//
//	go test -run Screenshots -screenshots ../docs
package browser
