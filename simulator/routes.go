package simulator

import (
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/webhook"
)

// SetRoute makes the server call the URLs that begin with public at local instead, as a tunnel or a
// reverse proxy would: both are absolute URLs, such as https://shop.example and
// http://localhost:3000. It replaces the route for the same public URL; an empty local removes that
// route. The next webhook uses the new route. SetRoute is safe for concurrent use.
func (s *Server) SetRoute(public, local string) error {
	s.once.Do(s.start)
	route := webhook.Route{Public: strings.TrimSuffix(public, "/"),
		Local: strings.TrimSuffix(local, "/")}
	if local != "" {
		if err := checkRoute(route); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.routes, func(r webhook.Route) bool { return r.Public == route.Public })
	switch {
	case local == "" && i >= 0:
		s.routes = slices.Delete(s.routes, i, i+1)
	case local == "":
	case i >= 0:
		s.routes[i] = route
	default:
		s.routes = append(s.routes, route)
	}
	return nil
}

// Local returns the URL that is called for a public one, and whether a route changes it.
func (s *Server) Local(public string) (string, bool) {
	s.once.Do(s.start)
	return s.currentRoutes().Local(public)
}

// currentRoutes returns a copy of the routes.
func (s *Server) currentRoutes() webhook.Routes {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.routes)
}

// liveRoutes looks a URL up in the routes as they are at the time of each call.
type liveRoutes struct{ server *Server }

func (l liveRoutes) Local(public string) (string, bool) {
	return l.server.currentRoutes().Local(public)
}

func checkRoute(r webhook.Route) error {
	for _, url := range []string{r.Public, r.Local} {
		if err := webhook.CheckURL(url); err != nil {
			return fmt.Errorf("bad route from %q to %q: %w", r.Public, r.Local, err)
		}
	}
	return nil
}
