'use strict'

// This script checks each call of the client against a simulator.
const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const http = require('node:http')
const { attach, start, TwilsimError } = require('twilsim')

const customer = '+12025550142'
const shop = '+12025550100'

async function main() {
  const app = http.createServer((req, res) => {
    res.setHeader('Content-Type', 'text/xml')
    req.resume().on('end', () => res.end('<Response><Message action="/status">Hi.</Message></Response>'))
  })
  await new Promise((resolve) => app.listen(0, '127.0.0.1', resolve))
  const sim = await start({ forwardTo: `http://127.0.0.1:${app.address().port}/` })
  try {
    await checkCalls(sim)
    await checkErrors(sim)
    const same = await attach({ url: sim.url })
    assert.equal((await same.alerts()).length, 0)
    await same.stop() // it does not end a simulator that it did not start
    await sim.clock.now()
  } finally {
    await sim.stop()
    app.close()
  }
  await assert.rejects(sim.clock.now(), /no simulator is reachable at http/)
  await checkStarts()
  await checkSignal()
  const { start: imported } = await import('twilsim')
  assert.equal(imported, start)
  console.log('done')
}

async function checkCalls(sim) {
  const env = await sim.env()
  assert.equal(env.TWILIO_PHONE_NUMBER, shop)
  assert.equal(env.TWILSIM_URL, sim.url)
  const now = await sim.clock.now()
  assert.equal(now.rate, 0)

  assert.deepEqual(await sim.phone(customer, 'off'), { number: customer, state: 'off' })
  const { message, replies } = await sim.text({ from: customer, to: shop, body: 'hi', media: [{ name: 'a.txt', data: 'text' }] })
  assert.equal(message.num_media, '1')
  assert.equal(replies.length, 1)
  await sim.clock.advance('1m')
  assert.equal((await sim.awaitMessage({ reply_to: message.sid })).status, 'undelivered')

  assert.ok((await sim.reset()).messages >= 2)
  const rule = await sim.rule({ to: customer, then: 'sent,undelivered:30004', times: 1 })
  assert.ok(rule.id)
  await sim.phone(customer, 'on')
  await sim.text({ from: customer, to: shop, body: 'hi' })
  await sim.clock.advance(60_000)
  const webhook = await sim.awaitWebhook(['path=/status', 'MessageStatus=undelivered'], { timeout: 1000 })
  assert.match(webhook.body, /ErrorCode=30004/)
  await sim.reset()

  assert.equal((await sim.clock.resume(2)).rate, 2)
  assert.equal((await sim.clock.freeze()).rate, 0)
  await sim.clock.run()
}

async function checkErrors(sim) {
  await sim.text({ from: customer, to: shop, body: 'hi' })
  await assert.rejects(sim.awaitMessage({ body: 'Ho.' }, { timeout: 0 }), (error) => {
    assert.ok(error instanceof TwilsimError)
    assert.equal(error.status, 408)
    assert.ok(error.nearest.length > 0)
    assert.match(error.message, /body: expected Ho\., got/)
    return true
  })
  await assert.rejects(sim.phone(customer, 'of'), /of/)
  await assert.rejects(sim.rule({ then: 'unreachble' }), /unreachable/)
  await assert.rejects(sim.text({ to: shop }), TypeError)
  assert.throws(() => sim.clock.advance(-1), TypeError)
}

// checkSignal wants the launcher to end the binary with it.
async function checkSignal() {
  const launcher = spawn(process.execPath, [require.resolve('twilsim/package.json').replace('package.json', 'bin/twilsim.cjs'),
    'serve', '--port', '0', '--json', '--quiet'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise((resolve) => launcher.stdout.setEncoding('utf8').once('data', resolve))
  const sim = await attach({ url: JSON.parse(line).url })
  launcher.kill('SIGTERM')
  const code = await new Promise((resolve) => launcher.on('close', resolve)) // when the binary has closed its output too
  assert.equal(code, 0)
  await assert.rejects(sim.clock.now(), /no simulator is reachable/)
}

async function checkStarts() {
  await assert.rejects(start({ port: 1 }), /start has no option port/)
  await assert.rejects(start({ speed: 'slow' }), /unknown speed "slow"/)
  await assert.rejects(start({ binary: '/nowhere/twilsim' }), /cannot be started/)
  await assert.rejects(start({ config: '/nowhere/twilsim.yaml' }), /nowhere/)
  await assert.rejects(attach({ url: 'http://127.0.0.1:1' }), /no simulator is reachable/)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
