// Package browser tests the console in a real browser: Debian's chromium, driven by chromedp, with
// axe-core from npm. It is a folder of its own because its libraries are heavier than the whole of
// the console. Without a chromium the tests are skipped; TWILSIM_REQUIRE=chromium makes that a
// failure.
//
//	TWILSIM_CONSOLE_LONG=1 checks every view in every state and theme, and measures a hundred events.
//
//	TWILSIM_SCREENSHOTS=shots go test ./simulator/console/browser -run Screenshots
//
// writes a picture of each view, light and dark, on a phone and on a desk. A test that fails keeps
// a picture and the document of its tab, and the events of its simulator, and says where.
package browser
