"""The app of Twilio's first messaging tutorial with Flask: it answers a text with TwiML and prints what became of the
answer. It behaves as the one in Go (../../../app/doc.go) and the one with Express (../express/server.js) do. It needs
Flask alone: the signature and the TwiML are made with Python's own library.

What it serves (a webhook may come by GET as well, with its parameters in the query; one without a good
X-Twilio-Signature gets 403 and prints nothing):

    GET  /               200 "ok": the app is up
    POST /sms            an inbound text; prints "Message from <From>: <Body>", answers by the table below
    POST /sms2           where the word redirect leads; answers the Message "redirected"
    POST /status         what became of a reply, and all paths below /status/; answers 200 with an empty body and prints
                         "Message SID <MessageSid> has a status of <MessageStatus>" and, where Twilio gives one, on the
                         next line "Error code <ErrorCode>"
    GET  /picture.png    the picture of the word media

What it replies: the first word of the text, up to the first space and in lower case, chooses.

    word              the answer
    anything else     <Message action="/status">You said: BODY</Message>
    absolute          the same, with the action PUBLIC_URL/status
    callback          the same, with statusCallback="/status" in place of the action
    get               the same, with method="GET"
    order             the same, with action="/status/order/7"
    several           three Messages: one, two, three
    media             <Message><Body>a picture</Body><Media>/picture.png</Media></Message>
    redirect          <Redirect>/sms2</Redirect>
    plain             text/plain "plain text"
    quiet             <Response/>
    forward NUMBER    <Message to="NUMBER">forwarded</Message>

Each Message but that of callback has an action, "/status" where the table names no other. A character that XML cannot
hold goes out as U+FFFD, and a line break in what is printed becomes a space.

Environment: TWILIO_AUTH_TOKEN (required), PORT (3000), PUBLIC_URL (http://localhost:PORT).
"""

import base64
import functools
import hashlib
import hmac
import logging
import os
import re
import signal
import sys
import threading
from xml.etree import ElementTree

from flask import Flask, Response, request, send_file
from werkzeug.serving import make_server


def refuse(problem):
    print(f"app: {problem}", file=sys.stderr)
    sys.exit(2)


AUTH_TOKEN = os.environ.get("TWILIO_AUTH_TOKEN")
if not AUTH_TOKEN:
    refuse("TWILIO_AUTH_TOKEN is not set: set it to the account's auth token, with which Twilio signs")

PORT = os.environ.get("PORT") or "3000"
if not re.fullmatch("[0-9]{1,5}", PORT) or not 1 <= int(PORT) <= 65535:
    refuse(f'PORT is "{PORT}", which is not a port: set it to a number from 1 to 65535, or to nothing for 3000')

PUBLIC_URL = os.environ.get("PUBLIC_URL") or f"http://localhost:{PORT}"
if not re.match("https?://[^/]", PUBLIC_URL):
    refuse(
        f'PUBLIC_URL is "{PUBLIC_URL}", which is not an http or https URL: set it to one such as https://shop.example, '
        f"or to nothing for http://localhost:{PORT}"
    )
PUBLIC_URL = PUBLIC_URL.rstrip("/")

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 100 * 1024  # Far more than Twilio posts; a larger body gets 413.
output = threading.Lock()


def say(*lines):
    """Print lines that belong together, each in one piece, whatever line breaks a text has."""
    with output:
        for line in lines:
            print(re.sub("\r\n|\n|\r", " ", line) + "\n", end="", flush=True)


def parameters():
    """The parameters of a webhook: those of the body for a POST, those of the query otherwise."""
    return request.form if request.method == "POST" else request.args


def signature():
    """What X-Twilio-Signature should be: for a GET it is over the URL with its query alone."""
    data = PUBLIC_URL + request.environ["REQUEST_URI"]
    if request.method == "POST":
        data += "".join(name + request.form[name] for name in sorted(request.form))
    return base64.b64encode(hmac.new(AUTH_TOKEN.encode(), data.encode(), hashlib.sha1).digest())


def signed(webhook):
    """Let through to webhook only what Twilio has signed."""

    @functools.wraps(webhook)
    def validate(*args, **kwargs):
        if hmac.compare_digest(signature(), request.headers.get("X-Twilio-Signature", "").encode()):
            return webhook(*args, **kwargs)
        refusal = "X-Twilio-Signature does not match: check TWILIO_AUTH_TOKEN and PUBLIC_URL\n"
        return Response(refusal, status=403, mimetype="text/plain")

    return validate


def message(text=None, **attributes):
    element = ElementTree.Element("Message", {name: xml_text(value) for name, value in attributes.items()})
    element.text = xml_text(text) if text else None
    return element


def xml_text(text):
    """Replace what XML cannot hold; ElementTree would write it as it is."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


def twiml(*verbs):
    response = ElementTree.Element("Response")
    response.extend(verbs)
    document = '<?xml version="1.0" encoding="UTF-8"?>' + ElementTree.tostring(response, "unicode")
    # ElementTree writes a carriage return as it is, and whoever reads the document would take it for a line feed.
    return Response(document.replace("\r", "&#13;"), mimetype="text/xml")


def picture_message():
    element = message(action="/status")
    ElementTree.SubElement(element, "Body").text = "a picture"
    ElementTree.SubElement(element, "Media").text = "/picture.png"
    return element


def redirect_to(url):
    element = ElementTree.Element("Redirect")
    element.text = url
    return element


def reply(body):
    """Choose the answer by the first word: the table above."""
    said = f"You said: {body}"
    word, *rest = body.split(" ")
    if word == "absolute":
        return twiml(message(said, action=f"{PUBLIC_URL}/status"))
    if word == "callback":
        return twiml(message(said, statusCallback="/status"))
    if word == "get":
        return twiml(message(said, action="/status", method="GET"))
    if word == "order":
        return twiml(message(said, action="/status/order/7"))
    if word == "several":
        return twiml(*(message(text, action="/status") for text in ("one", "two", "three")))
    if word == "media":
        return twiml(picture_message())
    if word == "redirect":
        return twiml(redirect_to("/sms2"))
    if word == "plain":
        return Response("plain text", mimetype="text/plain")
    if word == "quiet":
        return twiml()
    if word == "forward" and rest and rest[0]:
        return twiml(message("forwarded", to=rest[0], action="/status"))
    return twiml(message(said, action="/status"))


@app.get("/")
def ready():
    return Response("ok", mimetype="text/plain")


@app.get("/picture.png")
def picture():
    return send_file("picture.png")


@app.route("/sms", methods=["GET", "POST"])
@signed
def sms():
    sender, body = parameters().get("From", ""), parameters().get("Body", "")
    say(f"Message from {sender}: {body}")
    return reply(body)


@app.route("/sms2", methods=["GET", "POST"])
@signed
def sms2():
    return twiml(message("redirected", action="/status"))


@app.route("/status", methods=["GET", "POST"])
@app.route("/status/", methods=["GET", "POST"])
@app.route("/status/<path:rest>", methods=["GET", "POST"])
@signed
def status(rest=""):
    sid, state = parameters().get("MessageSid", ""), parameters().get("MessageStatus", "")
    lines = [f"Message SID {sid} has a status of {state}"]
    if parameters().get("ErrorCode"):
        lines.append(f"Error code {parameters()['ErrorCode']}")
    say(*lines)
    return Response("", mimetype="text/plain")


def stop(*_):
    os._exit(0)  # At once: all lines are flushed, and no thread that still answers can hold up or break the end.


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # Texts have emoji, whatever the locale.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # No line for each request.
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    # Not app.run, which prints a banner on stdout.
    try:
        server = make_server("127.0.0.1", int(PORT), app, threaded=True)
    except OSError as error:
        print(f"app: {error}: is another program there? set PORT to a free port", file=sys.stderr)
        sys.exit(1)
    print(f"app: listening on http://127.0.0.1:{PORT}, Twilio's webhooks come to {PUBLIC_URL}", file=sys.stderr)
    server.serve_forever()
