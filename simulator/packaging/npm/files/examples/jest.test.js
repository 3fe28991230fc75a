// Run it with: npx jest
const http = require('node:http')
const { start } = require('twilsim')

const customer = '+12025550142'
const shop = '+12025550100'

// Your app belongs here; this one replies to each text.
const app = http.createServer((req, res) => {
  req.resume().on('end', () => {
    res.setHeader('Content-Type', 'text/xml')
    res.end('<Response><Message>We are on it.</Message></Response>')
  })
})

let sim

beforeAll(async () => {
  await new Promise((resolve) => app.listen(0, '127.0.0.1', resolve))
  sim = await start({ forwardTo: `http://127.0.0.1:${app.address().port}` })
})

afterAll(async () => {
  await sim?.stop()
  await new Promise((resolve) => app.close(resolve))
})

test('a customer gets a reply', async () => {
  const { message } = await sim.text({ from: customer, to: shop, body: 'Where is my order?' })
  await sim.clock.run()
  const reply = await sim.awaitMessage({ reply_to: message.sid, status: 'delivered' })
  expect(reply.body).toBe('We are on it.')
  expect(await sim.alerts()).toEqual([])
})
