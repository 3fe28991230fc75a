"""The client: it starts a simulator or attaches to one, and calls its control API, /sim/v1."""

import atexit
import base64
import json
import os
import shutil
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta

from twilsim._binary import find_binary, start_error

PREFIX = "/sim/v1"


class TwilsimError(RuntimeError):
    """An error that the simulator reports.

    status is the HTTP status, 0 where there was no answer; nearest lists what came nearest to an awaited thing, with the
    fields that differ.
    """

    def __init__(self, message, status=0, nearest=()):
        super().__init__(message)
        self.status = status
        self.nearest = list(nearest)


class Clock:
    """The account's time."""

    def __init__(self, sim):
        self._sim = sim

    def now(self):
        """How the time stands: now, rate, pending and next."""
        return self._sim.call("GET", "/clock")

    def advance(self, time):
        """Moves a virtual clock; returns when all that fell due is done, webhooks included."""
        return self._sim.call("POST", "/clock/advance", {"duration": _duration(time)}, timeout=None)

    def run(self):
        """Moves a virtual clock until nothing is scheduled any more."""
        return self._sim.call("POST", "/clock/run", {}, timeout=None)

    def freeze(self):
        """Makes the clock virtual."""
        return self._sim.call("POST", "/clock/freeze", {})

    def resume(self, rate=1):
        """Lets the clock run by itself."""
        return self._sim.call("POST", "/clock/resume", {"rate": rate})


class Simulator:
    """A running simulator. As a context manager it stops at the end of the block."""

    def __init__(self, url, token=None, server=None, binary=None):
        self.url = url.rstrip("/")
        self.clock = Clock(self)
        self._token = token
        self._server = server
        self._binary = binary
        # No proxy, whatever the environment says: the simulator is on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def text(self, from_, to, body="", media=(), params=None):
        """Sends a text from a handset, and returns when the app's answer was obeyed.

        media is a list of (name, bytes). params are set on the webhook over those that twilsim sends. The answer has
        message, webhooks, replies and alerts; the replies are not delivered yet.
        """
        files = [{"name": name, "data": base64.b64encode(data).decode("ascii")} for name, data in media]
        text = {"from": from_, "to": to, "body": body, "media": files, "params": params or {}}
        return self.call("POST", "/texts", text, timeout=None)

    def rule(self, *words, **fields):
        """Adds a rule, such as to="+1202*", then="unreachable", times=1. The first rule that matches decides."""
        return self.call("POST", "/rules", {"words": _words(words, fields)})

    def phone(self, number, state):
        """Sets the state of a handset: on, off, landline, gone or opted-out."""
        return self.call("PUT", "/phones/" + urllib.parse.quote(number, safe=""), {"state": state})

    def await_message(self, *words, timeout="5s", **fields):
        """Waits for a message that fits, and returns the newest. The timeout is real time."""
        return self._await("message", words, fields, timeout)

    def await_webhook(self, *words, timeout="5s", **fields):
        """Waits for a webhook that fits, such as path="/status", MessageStatus="delivered"."""
        return self._await("webhook", words, fields, timeout)

    def alerts(self, *words, **fields):
        """Returns the alerts that fit, newest first."""
        query = [("limit", "0")] + [("q", word) for word in _words(words, fields)]
        return self.call("GET", "/alerts?" + urllib.parse.urlencode(query))["alerts"]

    def reset(self):
        """Forgets messages, webhooks, alerts, rules and handset states. Numbers and bins stay."""
        return self.call("POST", "/reset", {})

    def env(self, proxy=False):
        """Returns the variables for the app's process: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER and
        TWILSIM_URL; with proxy also those that lead an unchanged SDK to the simulator."""
        env = dict(os.environ)
        if self._token:
            env["TWILSIM_ACCESS_TOKEN"] = self._token
        binary = self._binary or find_binary()
        command = [binary, "env", "--json", "--url", self.url] + (["--proxy"] if proxy else [])
        try:
            done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as error:
            raise start_error(binary, error) from None
        if done.returncode != 0:
            raise TwilsimError(done.stderr.decode("utf-8", "replace").strip())
        return json.loads(done.stdout)

    def stop(self):
        """Ends the simulator that start has started; one that was attached keeps running."""
        server, self._server = self._server, None
        if server:
            server.stop()

    def _await(self, kind, words, fields, timeout):
        query = [("kind", kind), ("timeout", _duration(timeout))]
        query += [("q", word) for word in _words(words, fields)]
        return self.call("GET", "/await?" + urllib.parse.urlencode(query), timeout=None)["thing"]

    def call(self, method, target, body=None, timeout=30):
        """Calls any endpoint of the control API; target is the part behind /sim/v1. timeout is in seconds, None for none."""
        data = None if body is None else json.dumps(body).encode("utf-8")
        request = urllib.request.Request(self.url + PREFIX + target, data=data, method=method)
        request.add_header("Accept", "application/json")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", "Bearer " + self._token)
        try:
            with self._opener.open(request, timeout=timeout) as response:
                status, answer = response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                status, answer = error.code, error.read()
        except OSError as error:
            words = self._server.last_words() if self._server else ""
            reason = getattr(error, "reason", error)
            raise TwilsimError("no simulator is reachable at %s: %s%s" % (self.url, reason, words)) from None
        return _read(self.url, status, answer)


def _read(url, status, answer):
    try:
        value = json.loads(answer)
    except ValueError:
        value = None
    if status < 300 and value is not None:
        return value
    if not isinstance(value, dict) or "error" not in value:
        raise TwilsimError("%s answered %d, and not as a simulator does" % (url, status), status)
    lines = [value["error"]]
    if value.get("try"):
        lines.append("  try   " + value["try"])
    nearest = value.get("nearest") or []
    for near in nearest:
        lines.append("  near  " + near["summary"])
        for d in near.get("differences") or []:
            lines.append("        %s: expected %s, got %s" % (d["field"], d["expected"], d["got"]))
    raise TwilsimError("\n".join(lines), status, nearest)


def _words(words, fields):
    """The words of a query or a rule. from_ stands for from, which is a keyword of Python."""
    found = [str(word) for word in words]
    for name, value in fields.items():
        name = name[:-1] if name.endswith("_") else name
        found.append(name if value is True else "%s=%s" % (name, value))
    return found


def _duration(time):
    """A time as Go writes it."""
    if isinstance(time, timedelta):
        time = time.total_seconds()
    if isinstance(time, (int, float)) and not isinstance(time, bool):
        if not 0 <= time < 1e9:
            raise ValueError("a time must be 0 or more seconds, not %r" % time)
        return "%dus" % round(time * 1e6)
    if isinstance(time, str) and time:
        return time
    raise TypeError("a time must be seconds, a timedelta or a text such as '5s', not %r" % (time,))


class _Server:
    """The process of a simulator that this process has started."""

    def __init__(self, binary, args):
        # The simulator runs in a folder of its own, so that several of them can run side by side.
        self._dir = tempfile.mkdtemp(prefix="twilsim-")
        self._errors = open(os.path.join(self._dir, "stderr.txt"), "w+b")
        try:
            self._process = subprocess.Popen(
                [binary] + args, cwd=self._dir, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors
            )
        except OSError as error:
            self._clean()
            raise start_error(binary, error) from None
        atexit.register(self.stop)

    def ready(self, timeout):
        """Returns the first line of output, which serve --json prints when it is ready."""
        late = threading.Timer(timeout, self._process.kill)
        late.start()
        line = self._process.stdout.readline()
        late.cancel()
        try:
            answer = json.loads(line)
        except ValueError:
            code = self._process.wait()
            words = self.last_words() or " it printed nothing within %s seconds" % timeout
            self.stop()
            raise TwilsimError("the simulator ended with exit code %d:%s" % (code, words)) from None
        threading.Thread(target=self._drain, daemon=True).start()
        return answer

    def _drain(self):
        """Reads the rest of the output, so that the simulator never waits for a reader."""
        try:
            for _ in self._process.stdout:
                pass
        except ValueError:
            pass  # stop has closed it

    def last_words(self):
        if self._errors.closed:
            return ""
        self._errors.flush()
        with open(self._errors.name, "rb") as file:
            text = file.read()[-4000:].decode("utf-8", "replace").strip()
        return "\n" + text if text else ""

    def stop(self):
        atexit.unregister(self.stop)
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._clean()

    def _clean(self):
        self._errors.close()
        shutil.rmtree(self._dir, ignore_errors=True)


def start(
    forward_to=None, speed="virtual", number=None, seed=None, config=None, args=(), binary=None, start_timeout=10
):
    """Starts a simulator on a free port. It ends with stop, at the latest with this process.

    forward_to is the app's base URL; texts go to its /sms. speed says how time passes: virtual (it moves only by the
    clock), real, fast, or a factor such as "10x". config is the settings file, by default twilsim.yaml in the working
    directory, where it exists. args are more flags of twilsim serve. start_timeout is in seconds.
    """
    flags = ["serve", "--json", "--quiet", "--port", "0", "--speed", speed]
    for flag, value in (("--forward-to", forward_to), ("--number", number), ("--seed", seed)):
        if value:
            flags += [flag, str(value)]
    if config is None and os.path.exists("twilsim.yaml"):
        config = "twilsim.yaml"
    if config:
        flags += ["--config", os.path.abspath(config)]
    binary = binary or find_binary()
    server = _Server(binary, flags + list(args))
    ready = server.ready(start_timeout)
    return Simulator(ready["url"], token=ready.get("access_token"), server=server, binary=binary)


def attach(url=None, token=None):
    """Attaches to a simulator that runs, such as the one of twilsim exec or twilsim serve.

    The default of url is TWILSIM_URL, else http://127.0.0.1:2010; that of token is TWILSIM_ACCESS_TOKEN.
    """
    url = url or os.environ.get("TWILSIM_URL") or "http://127.0.0.1:2010"
    sim = Simulator(url, token=token or os.environ.get("TWILSIM_ACCESS_TOKEN"))
    sim.call("GET", "")
    return sim
