"""A shop with Flask that texts through Twilio's API. BUG says what is wrong with it; without BUG nothing is.

    POST /send      texts a customer; GET /sent shows how far each text got
    POST /sms       an order; GET /orders shows how many there are
    POST /status    how far a text got

    BUG=insert      the row is made after Twilio's answer, and a callback that comes before is answered with 404
    BUG=memory      orders are written only when the program is asked to end
"""

import base64
import json
import os
import signal
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

from flask import Flask, Response, request
from werkzeug.serving import make_server

BUG = os.environ.get("BUG", "")
ACCOUNT = os.environ["TWILIO_ACCOUNT_SID"]
STATE = os.environ.get("APP_STATE", "")
FILE = os.path.join(STATE, "orders.json")

app = Flask(__name__)
lock = threading.Lock()
sent = {}  # how far texts got: by the SID with BUG=insert, else by our own key
orders = []
if STATE and os.path.exists(FILE):
    with open(FILE, encoding="utf-8") as f:
        orders = json.load(f)


def save():
    if STATE:
        with open(FILE + ".new", "w", encoding="utf-8") as f:
            json.dump(orders, f)
        os.replace(FILE + ".new", FILE)


def create(to, body, callback):
    form = {"To": to, "From": os.environ["TWILIO_PHONE_NUMBER"], "Body": body, "StatusCallback": callback}
    call = urllib.request.Request(
        f"{os.environ['TWILSIM_URL']}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        urllib.parse.urlencode(form).encode(),
    )
    credentials = f"{ACCOUNT}:{os.environ['TWILIO_AUTH_TOKEN']}".encode()
    call.add_header("Authorization", "Basic " + base64.b64encode(credentials).decode())
    with urllib.request.urlopen(call) as answer:
        return json.load(answer)["sid"]


@app.post("/send")
def send():
    callback = os.environ["PUBLIC_URL"] + "/status"
    if BUG == "insert":
        sid = create(request.form["to"], "Your parcel is here", callback)
        with lock:
            sent.setdefault(sid, "created")
        return "sent\n"
    with lock:
        key = str(len(sent) + 1)
        sent[key] = "created"  # before Twilio knows of it
    try:
        create(request.form["to"], "Your parcel is here", callback + "?key=" + key)
    except (OSError, ValueError):
        return "perhaps\n"  # a callback with our key says whether it was sent
    return "sent\n"


@app.post("/status")
def status():
    key = request.form["MessageSid"] if BUG == "insert" else request.args.get("key", "")
    with lock:
        if key not in sent:
            return Response("unknown message\n", 404 if BUG == "insert" else 200)
        order = ["created", "queued", "sent", "delivered"]
        new, old = request.form["MessageStatus"], sent[key]
        if new not in order or order.index(new) > (order.index(old) if old in order else len(order)):
            sent[key] = new
    return ""


@app.get("/sent")
def show():
    with lock:
        return "".join(f"{status}\n" for status in sent.values())


@app.post("/sms")
def sms():
    with lock:
        if request.form["Body"] != "STOP" and request.form["MessageSid"] not in orders:
            orders.append(request.form["MessageSid"])
            if BUG != "memory":
                save()
    return Response("<Response/>", mimetype="text/xml")


@app.get("/orders")
def count():
    with lock:
        return f"{len(orders)} orders\n"


def end(*_):
    if BUG == "memory":
        save()
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
make_server("127.0.0.1", int(os.environ["PORT"]), app, threaded=True).serve_forever()
