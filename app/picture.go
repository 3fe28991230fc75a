package app

import (
	_ "embed"
	"net/http"
)

// picture is 8 pixels square: a PNG that every decoder takes.
//
//go:embed picture.png
var picture string

func servePicture(w http.ResponseWriter, _ *http.Request) { answer{"image/png", picture}.write(w) }
