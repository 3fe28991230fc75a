"""This script checks each call of the client against a simulator."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import twilsim

CUSTOMER = "+12025550142"
SHOP = "+12025550100"


class App(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = b'<Response><Message action="/status">Hi.</Message></Response>'
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def rejects(words, call, *args, error=twilsim.TwilsimError, **kwargs):
    try:
        call(*args, **kwargs)
    except error as e:
        assert words in str(e), str(e)
        return e
    raise AssertionError("no %s with %r" % (error.__name__, words))


def check_calls(sim):
    env = sim.env()
    assert env["TWILIO_PHONE_NUMBER"] == SHOP and env["TWILSIM_URL"] == sim.url
    assert sim.clock.now()["rate"] == 0

    assert sim.phone(CUSTOMER, "off") == {"number": CUSTOMER, "state": "off"}
    receipt = sim.text(CUSTOMER, SHOP, "hi", media=[("a.txt", b"text")])
    assert receipt["message"]["num_media"] == "1" and len(receipt["replies"]) == 1
    sim.clock.advance("1m")
    assert sim.await_message(reply_to=receipt["message"]["sid"])["status"] == "undelivered"

    assert sim.reset()["messages"] >= 2
    assert sim.rule(to=CUSTOMER, then="sent,undelivered:30004", times=1)["id"]
    sim.phone(CUSTOMER, "on")
    sim.text(CUSTOMER, SHOP, "hi")
    sim.clock.advance(timedelta(minutes=1))
    webhook = sim.await_webhook("path=/status", MessageStatus="undelivered", timeout=1)
    assert "ErrorCode=30004" in webhook["body"]
    assert sim.await_message(from_=CUSTOMER)["body"] == "hi"
    sim.reset()

    assert sim.clock.resume(2)["rate"] == 2
    assert sim.clock.freeze()["rate"] == 0
    sim.clock.run()


def check_errors(sim):
    sim.text(CUSTOMER, SHOP, "hi")
    error = rejects("body: expected Ho., got", sim.await_message, body="Ho.", timeout=0)
    assert error.status == 408 and error.nearest
    rejects("of", sim.phone, CUSTOMER, "of")
    rejects("unreachable", sim.rule, then="unreachble")
    rejects("seconds", sim.clock.advance, -1, error=ValueError)
    rejects("a time must be", sim.clock.advance, None, error=TypeError)


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), App)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with twilsim.start(forward_to="http://127.0.0.1:%d/" % server.server_port) as sim:
        check_calls(sim)
        check_errors(sim)
        same = twilsim.attach(sim.url)
        assert same.alerts() == []
        same.stop()  # it does not end a simulator that it did not start
        sim.clock.now()
    server.shutdown()
    rejects("no simulator is reachable at http", sim.clock.now)
    rejects('unknown speed "slow"', twilsim.start, speed="slow")
    rejects("nowhere", twilsim.start, config="/nowhere/twilsim.yaml")
    rejects("cannot run on this machine", twilsim.start, binary="/nowhere/twilsim", error=twilsim.BinaryError)
    rejects("no simulator is reachable", twilsim.attach, "http://127.0.0.1:1")
    print("done")


if __name__ == "__main__":
    main()
