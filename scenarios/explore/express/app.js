// A shop with Express that texts through Twilio's API. BUG says what is wrong with it; without BUG nothing is.
//
//   POST /sms      an order: the courier gets a text, the customer a reply; STOP is remembered
//   POST /status   how far a message got; when the reply is delivered, the customer gets a follow-up
//   GET  /count    how many statuses came
//
//   BUG=dedup      a copy of a text makes another order
//   BUG=stop       the follow-up goes out although the customer said STOP
//   BUG=count      two statuses at once are counted as one
//   BUG=slow       the work is done after the answer; nothing is wrong with that

import { createRequire } from 'node:module';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

// The modules are those of the tutorial's app.
const express = createRequire(new URL('../../apps/express/server.js', import.meta.url))('express');

const bug = process.env.BUG || '';
const own = process.env.TWILIO_PHONE_NUMBER;
const courier = process.env.COURIER || '';
const followUp = process.env.FOLLOW_UP || '';
const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'twilsim-shop-'));
const counter = path.join(dir, 'count.json');
await fs.writeFile(counter, '0');
process.on('SIGTERM', async () => {
  await fs.rm(dir, { recursive: true, force: true });
  process.exit(0);
});

const answers = new Map(); // TwiML by MessageSid
const stopped = new Set();
const followed = new Set(); // messages that had their follow-up
let counting = Promise.resolve();

async function send(to, body) {
  const account = process.env.TWILIO_ACCOUNT_SID;
  const credentials = Buffer.from(`${account}:${process.env.TWILIO_AUTH_TOKEN}`).toString('base64');
  try {
    const response = await fetch(`${process.env.TWILSIM_URL}/2010-04-01/Accounts/${account}/Messages.json`, {
      method: 'POST',
      headers: { Authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ To: to, From: own, Body: body }),
    });
    await response.arrayBuffer();
  } catch (error) {
    console.log(`cannot text ${to}: ${error.message}`); // it may have been sent: not again
  }
}

async function count() {
  const n = Number(await fs.readFile(counter, 'utf8'));
  await fs.writeFile(counter, String(n + 1));
}

const app = express();
app.use(express.urlencoded({ extended: false }));

app.post('/sms', async (req, res) => {
  const { MessageSid: sid, From: from, Body: body } = req.body;
  res.type('text/xml');
  if (answers.has(sid) && bug !== 'dedup') {
    return res.send(answers.get(sid));
  }
  if (body === 'STOP') {
    stopped.add(from);
    return res.send('<Response/>');
  }
  stopped.delete(from);
  const twiml = '<Response><Message action="/status">Thank you</Message></Response>';
  answers.set(sid, twiml);
  if (courier && bug === 'slow') {
    setTimeout(() => send(courier, 'A new order'), 20);
  } else if (courier) {
    await send(courier, 'A new order');
  }
  return res.send(twiml);
});

app.post('/status', async (req, res) => {
  const { MessageSid: sid, MessageStatus: status, To: to } = req.body;
  if (followUp && status === 'delivered' && !followed.has(sid) && (bug === 'stop' || !stopped.has(to))) {
    followed.add(sid);
    await send(to, followUp);
  }
  if (bug === 'count') {
    await count();
  } else {
    counting = counting.then(count);
    await counting;
  }
  res.end();
});

app.get('/count', async (req, res) => res.type('text/plain').send(await fs.readFile(counter, 'utf8')));

app.listen(Number(process.env.PORT), '127.0.0.1');
