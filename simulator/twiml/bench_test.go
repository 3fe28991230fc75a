package twiml

import (
	"encoding/xml"
	"testing"
)

// tutorial is the answer of the tutorial's app, as an SDK writes it (F-103).
var tutorial = []byte(`<?xml version="1.0" encoding="UTF-8"?>` +
	`<Response><Message action="/status">Hello, World!</Message></Response>`)

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("http://localhost:3000/sms", "text/xml; charset=utf-8",
			tutorial); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseBare measures a program that only reads the text and the URL, for comparison.
func BenchmarkParseBare(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var response struct {
			Messages []struct {
				Action string `xml:"action,attr"`
				Body   string `xml:",chardata"`
			} `xml:"Message"`
		}
		if err := xml.Unmarshal(tutorial, &response); err != nil {
			b.Fatal(err)
		}
	}
}
