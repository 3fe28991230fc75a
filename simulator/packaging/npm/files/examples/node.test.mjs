// Run it with: node --test
import assert from 'node:assert/strict'
import http from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { start } from 'twilsim'

const customer = '+12025550142'
const shop = '+12025550100'

// Your app belongs here; this one replies to each text and notes the status of its replies.
const statuses = []
const app = http.createServer((req, res) => {
  let body = ''
  req.on('data', (part) => { body += part })
  req.on('end', () => {
    const form = new URLSearchParams(body)
    if (req.url === '/status') {
      statuses.push(form.get('MessageStatus'))
      res.writeHead(204).end()
      return
    }
    res.setHeader('Content-Type', 'text/xml')
    res.end('<Response><Message action="/status">We are on it.</Message></Response>')
  })
})

let sim

before(async () => {
  await new Promise((resolve) => app.listen(0, '127.0.0.1', resolve))
  sim = await start({ forwardTo: `http://127.0.0.1:${app.address().port}` })
})

after(async () => {
  await sim?.stop()
  app.close()
})

beforeEach(async () => {
  statuses.length = 0
  await sim.reset()
})

test('a customer gets a reply', async () => {
  const { message, replies } = await sim.text({ from: customer, to: shop, body: 'Where is my order?' })
  assert.equal(replies[0].body, 'We are on it.')

  await sim.clock.run() // the reply is delivered
  const reply = await sim.awaitMessage({ reply_to: message.sid, status: 'delivered' })
  assert.equal(reply.to, customer)
  assert.deepEqual(statuses, ['sent', 'delivered'])
  assert.deepEqual(await sim.alerts(), [])
})

test("the customer's phone cannot be reached", async () => {
  await sim.rule({ to: customer, then: 'unreachable' })
  await sim.text({ from: customer, to: shop, body: 'Are you there?' })
  await sim.clock.run()
  const callback = await sim.awaitWebhook({ path: '/status', MessageStatus: 'undelivered' })
  assert.match(callback.body, /ErrorCode=30003/)
  assert.deepEqual(statuses, ['sent', 'undelivered'])
})
