// The app of Twilio's first messaging tutorial with Express: it answers a text with TwiML and prints what became of the
// answer. It behaves as the one in Go (../../../app/doc.go) and the one with Flask (../flask/app.py) do.
//
// What it serves (a webhook may come by GET as well, with its parameters in the query; one without a good
// X-Twilio-Signature gets 403 and prints nothing):
//
//   GET  /               200 "ok": the app is up
//   POST /sms            an inbound text; prints "Message from <From>: <Body>", answers by the table below
//   POST /sms2           where the word redirect leads; answers the Message "redirected"
//   POST /status         what became of a reply, and all paths below /status/; answers 200 with an empty body and prints
//                        "Message SID <MessageSid> has a status of <MessageStatus>" and, where Twilio gives one, on the
//                        next line "Error code <ErrorCode>"
//   GET  /picture.png    the picture of the word media
//
// What it replies: the first word of the text, up to the first space and in lower case, chooses.
//
//   word              the answer
//   anything else     <Message action="/status">You said: BODY</Message>
//   absolute          the same, with the action PUBLIC_URL/status
//   callback          the same, with statusCallback="/status" in place of the action
//   get               the same, with method="GET"
//   order             the same, with action="/status/order/7"
//   several           three Messages: one, two, three
//   media             <Message><Body>a picture</Body><Media>/picture.png</Media></Message>
//   redirect          <Redirect>/sms2</Redirect>
//   plain             text/plain "plain text"
//   quiet             <Response/>
//   forward NUMBER    <Message to="NUMBER">forwarded</Message>
//
// Each Message but that of callback has an action, "/status" where the table names no other. A character that XML cannot
// hold goes out as U+FFFD, and a line break in what is printed becomes a space.
//
// Environment: TWILIO_AUTH_TOKEN (required), PORT (3000), PUBLIC_URL (http://localhost:PORT).

import express from 'express';
import twilio from 'twilio';

const authToken = process.env.TWILIO_AUTH_TOKEN;
if (!authToken) {
  refuse("TWILIO_AUTH_TOKEN is not set: set it to the account's auth token, with which Twilio signs");
}

const port = process.env.PORT || '3000';
if (!/^\d{1,5}$/.test(port) || port < 1 || port > 65535) {
  refuse(`PORT is "${port}", which is not a port: set it to a number from 1 to 65535, or to nothing for 3000`);
}

const configuredUrl = process.env.PUBLIC_URL || `http://localhost:${port}`;
if (!/^https?:\/\/[^/]/.test(configuredUrl)) {
  refuse(`PUBLIC_URL is "${configuredUrl}", which is not an http or https URL: set it to one such as https://shop.example, ` +
    `or to nothing for http://localhost:${port}`);
}
const publicUrl = configuredUrl.replace(/\/+$/, '');

function refuse(problem) {
  console.error(`app: ${problem}`);
  process.exit(2);
}

// print writes one line on stdout, whatever line breaks a text has.
function print(line) {
  console.log(line.replace(/\r\n|\n|\r/g, ' '));
}

// parameters of a webhook: those of the body for a POST, those of the query otherwise.
function parameters(req) {
  return (req.method === 'POST' ? req.body : req.query) ?? {};
}

// signed lets through only what Twilio has signed. For a GET the signature is over the URL with its query alone.
function signed(req, res, next) {
  const params = req.method === 'POST' ? parameters(req) : {};
  if (twilio.validateRequest(authToken, req.get('X-Twilio-Signature'), publicUrl + req.originalUrl, params)) {
    next();
    return;
  }
  res.status(403).type('text/plain')
    .send('X-Twilio-Signature does not match: check TWILIO_AUTH_TOKEN and PUBLIC_URL\n');
}

// xmlText replaces what XML cannot hold; the TwiML builder would throw.
function xmlText(text) {
  return text.replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

// reply chooses the TwiML by the first word: the table above.
function reply(body) {
  const twiml = new twilio.twiml.MessagingResponse();
  const said = xmlText(`You said: ${body}`);
  const [word, number] = body.split(' ');
  switch (word) {
    case 'absolute':
      twiml.message({ action: `${publicUrl}/status` }, said);
      break;
    case 'callback':
      twiml.message({ statusCallback: '/status' }, said);
      break;
    case 'get':
      twiml.message({ action: '/status', method: 'GET' }, said);
      break;
    case 'order':
      twiml.message({ action: '/status/order/7' }, said);
      break;
    case 'several':
      for (const text of ['one', 'two', 'three']) {
        twiml.message({ action: '/status' }, text);
      }
      break;
    case 'media': {
      const message = twiml.message({ action: '/status' });
      message.body('a picture');
      message.media('/picture.png');
      break;
    }
    case 'redirect':
      twiml.redirect('/sms2');
      break;
    case 'quiet':
      break;
    case 'forward':
      if (number) {
        twiml.message({ to: xmlText(number), action: '/status' }, 'forwarded');
        break;
      }
      // falls through: without a number it is a text like any other
    default:
      twiml.message({ action: '/status' }, said);
  }
  return twiml;
}

function sms(req, res) {
  const { From = '', Body = '' } = parameters(req);
  print(`Message from ${From}: ${Body}`);
  if (Body.split(' ')[0] === 'plain') {
    res.type('text/plain').send('plain text');
    return;
  }
  res.type('text/xml').send(reply(Body).toString());
}

function sms2(req, res) {
  const twiml = new twilio.twiml.MessagingResponse();
  twiml.message({ action: '/status' }, 'redirected');
  res.type('text/xml').send(twiml.toString());
}

function status(req, res) {
  const { MessageSid = '', MessageStatus = '', ErrorCode } = parameters(req);
  print(`Message SID ${MessageSid} has a status of ${MessageStatus}`);
  if (ErrorCode) {
    print(`Error code ${ErrorCode}`);
  }
  res.type('text/plain').send('');
}

const app = express();
app.use(express.urlencoded({ extended: false }));
app.get('/', (req, res) => res.type('text/plain').send('ok'));
app.get('/picture.png', (req, res) => res.sendFile('picture.png', { root: import.meta.dirname }));
for (const [path, webhook] of [['/sms', sms], ['/sms2', sms2], ['/status{/*rest}', status]]) {
  app.route(path).get(signed, webhook).post(signed, webhook);
}

const server = app.listen(Number(port), '127.0.0.1', (error) => {
  if (error) {
    console.error(`app: ${error.message}: is another program there? set PORT to a free port`);
    process.exit(1);
  }
  console.error(`app: listening on http://127.0.0.1:${port}, Twilio's webhooks come to ${publicUrl}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
