// Twilio's SDK for Node as a judge of signatures, for matrix_test.go and wire_test.go. It runs once for a whole table.
//
//   node judges.js DIR      DIR has node_modules with twilio and express
//
// One line of JSON comes in on stdin: { checks: [CHECK], sites: [SITE] }. One line goes out on stdout:
// { answers: [true or false], ports: [PORT] }. It ends when stdin does.
//
//   CHECK   { Token, URL, Signature, Params: { name: [value] }, Body: null or text }, given to the SDK's validators
//   SITE    { Token, Options: { url, host, protocol }, TrustProxy, RawBody }, an Express app behind the SDK's middleware,
//           which listens on PORT and answers 200 to what the middleware lets through
'use strict';

const path = require('node:path');
const load = require('node:module').createRequire(path.join(path.resolve(process.argv[2]), 'package.json'));
const express = load('express');
const twilio = load('twilio');

function validate({ Token, URL, Signature, Params, Body }) {
  if (Body !== null) {
    return twilio.validateRequestWithBody(Token, Signature, URL, Body);
  }
  const params = {}; // as express.urlencoded({ extended: false }) makes them: an array where a name comes twice
  for (const [name, values] of Object.entries(Params ?? {})) {
    params[name] = values.length === 1 ? values[0] : values;
  }
  return twilio.validateRequest(Token, Signature, URL, params);
}

function serve({ Token, Options, TrustProxy, RawBody }) {
  const app = express();
  app.set('trust proxy', TrustProxy);
  app.use(express.urlencoded({ extended: false }));
  app.use(express.json({ verify: (req, res, body) => { if (RawBody) req.rawBody = body.toString(); } }));
  app.use(twilio.webhook(Options, Token));
  app.use((req, res) => res.type('text/xml').send('<Response/>'));
  return new Promise((resolve, reject) => {
    const server = app.listen(0, '127.0.0.1', (error) => (error ? reject(error) : resolve(server.address().port)));
  });
}

async function main(line) {
  const { checks, sites } = JSON.parse(line);
  const answers = (checks ?? []).map(validate);
  const ports = await Promise.all((sites ?? []).map(serve));
  process.stdout.write(JSON.stringify({ answers, ports }) + '\n');
}

const lines = require('node:readline').createInterface({ input: process.stdin });
lines.once('line', (line) => main(line).catch((error) => { console.error(error); process.exit(1); }));
lines.once('close', () => process.exit(0));
