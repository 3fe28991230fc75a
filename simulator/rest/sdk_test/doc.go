// Package sdk_test holds the API against two judges: Twilio's official Go SDK, unmodified but for its transport (F-472), and
// Twilio's OpenAPI documents, where they are at hand. It is a folder of its own because both have more dependencies than all
// of package rest.
package sdk_test
