package control

import (
	"net/http"
	"slices"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

func mediaRoutes() []route {
	return []route{
		{
			method: "GET", path: "/messages/{ref}/media/{file}", name: "media", tag: "messages",
			summary: "A file of a message",
			description: "The bytes. Types that a browser would run, such as HTML and SVG, come as " +
				"application/octet-stream.",
			errors:   []int{404},
			produces: map[string]schema{"application/octet-stream": anyFile, "image/*": anyFile},
			stream:   (*api).media,
		},
	}
}

// safeMedia are the types of files that a browser shows and that cannot contain a script. Files of
// other types are only downloaded.
var safeMedia = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}

// media writes a file of a message. The file is from outside, so a browser must not run it: it gets
// no type that could contain a script.
func (s *api) media(w http.ResponseWriter, r *http.Request) error {
	m, err := resolve[*messaging.Message](s, journal.Messages, r.PathValue("ref"))
	if err != nil {
		return err
	}
	file, ok := s.account.Media(m.ID(), r.PathValue("file"))
	if !ok {
		return missing("file of "+m.ID(), r.PathValue("file"), "")
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Type", file.ContentType)
	if !slices.Contains(safeMedia, file.ContentType) {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", `attachment; filename="`+file.SID+`"`)
	}
	_, _ = w.Write(file.Data) // nothing to do when the client has gone
	return nil
}
