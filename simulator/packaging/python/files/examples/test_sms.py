"""Run it with: pytest"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

CUSTOMER = "+12025550142"
SHOP = "+12025550100"
REPLY = b'<Response><Message action="/status">We are on it.</Message></Response>'


class App(BaseHTTPRequestHandler):
    """Your app belongs here; this one replies to each text and notes the status of its replies."""

    statuses = []

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        answer = b""
        if self.path == "/status":
            self.statuses.append(form["MessageStatus"][0])
        else:
            answer = REPLY
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def twilsim_options():
    server = ThreadingHTTPServer(("127.0.0.1", 0), App)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {"forward_to": "http://127.0.0.1:%d" % server.server_port}
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_statuses():
    App.statuses.clear()


def test_reply(twilsim):
    receipt = twilsim.text(CUSTOMER, SHOP, "Where is my order?")
    assert receipt["replies"][0]["body"] == "We are on it."

    twilsim.clock.run()  # the reply is delivered
    reply = twilsim.await_message(reply_to=receipt["message"]["sid"], status="delivered")
    assert reply["to"] == CUSTOMER
    assert App.statuses == ["sent", "delivered"]


def test_phone_that_cannot_be_reached(twilsim):
    twilsim.rule(to=CUSTOMER, then="unreachable")
    twilsim.text(CUSTOMER, SHOP, "Are you there?")
    twilsim.clock.run()
    callback = twilsim.await_webhook(path="/status", MessageStatus="undelivered")
    assert "ErrorCode=30003" in callback["body"]
    assert App.statuses == ["sent", "undelivered"]
