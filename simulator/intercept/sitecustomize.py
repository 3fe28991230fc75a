"""Make SDKs that ignore the CA variables use them, for Twilio's hosts only.

twilio-python up to 7.9.0 calls the send method of a requests.Session itself. Unlike its request
method, send does not read REQUESTS_CA_BUNDLE, and before requests 2.27 it does not read the proxy
variables either (F-477). twilsim puts this file on the PYTHONPATH of the programs that it starts.

It also notes Twilio's hosts that a program cannot resolve, for twilsim's report: a program resolves
them only if it does not use the proxy.
"""

import os
import sys


def _patch(sessions):
    """Let Session.send read the environment as Session.request does."""
    send = sessions.Session.send

    def send_with_environment(self, request, **kwargs):
        host = (sessions.urlparse(request.url).hostname or "").lower()
        if host.endswith(".twilio.com") and "verify" not in kwargs and self.verify is True:
            settings = self.merge_environment_settings(
                request.url, kwargs.get("proxies") or {}, kwargs.get("stream"), None,
                kwargs.get("cert"))
            kwargs.update(settings)
        return send(self, request, **kwargs)

    sessions.Session.send = send_with_environment


def _note_unresolved(socket):
    """Let socket.getaddrinfo append Twilio's hosts that it cannot resolve to a file."""
    getaddrinfo = socket.getaddrinfo

    def noting_getaddrinfo(host, *args, **kwargs):
        try:
            return getaddrinfo(host, *args, **kwargs)
        except socket.gaierror:
            name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
            if name.lower().rstrip(".").endswith(".twilio.com"):
                try:
                    with open(os.environ["TWILSIM_UNRESOLVED"], "a") as file:
                        file.write(name + "\n")
                except (KeyError, OSError):
                    pass
            raise

    socket.getaddrinfo = noting_getaddrinfo


def _patch_when_imported():
    """Patch modules when the program imports them: to import them here would slow every program."""
    from importlib.machinery import PathFinder

    patches = {"requests.sessions": _patch, "socket": _note_unresolved}

    class Finder(object):
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name not in patches:
                return None
            spec = PathFinder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                run = spec.loader.exec_module

                def run_and_patch(module):
                    run(module)
                    patches[name](module)

                spec.loader.exec_module = run_and_patch
            return spec

    sys.meta_path.insert(0, Finder)


def _run_next():
    """Run the sitecustomize that this one hides, such as Debian's or the program's own."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = os.path.dirname(os.path.abspath(__file__))
    others = [place for place in sys.path if os.path.abspath(place) != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if sys.version_info >= (3, 5):
    _patch_when_imported()
    _run_next()
