'use strict'

// The client of twilsim for tests. It starts a simulator of its own, or attaches to one that runs,
// and calls its control API, /sim/v1. The types and their documentation are in index.d.cts.

const { execFile, spawn } = require('node:child_process')
const fs = require('node:fs')
const http = require('node:http')
const https = require('node:https')
const os = require('node:os')
const path = require('node:path')
const { findBinary, startError } = require('./lib/binary.cjs')

const prefix = '/sim/v1'
const startOptions = ['forwardTo', 'speed', 'number', 'seed', 'config', 'args', 'binary', 'startTimeout']

class TwilsimError extends Error {
  constructor(message, details = {}) {
    super(message)
    this.name = 'TwilsimError'
    this.status = details.status ?? 0
    this.try = details.try
    this.nearest = details.nearest ?? []
  }
}

/** What the control API answered with an error, as one message: what is wrong, what to try, and what came near. */
function apiError(status, answer, where) {
  const lines = [answer.error ?? `${where} answered ${status}, and not as a simulator does`]
  if (answer.try) lines.push(`  try   ${answer.try}`)
  for (const near of answer.nearest ?? []) {
    lines.push(`  near  ${near.summary}`)
    for (const d of near.differences ?? []) lines.push(`        ${d.field}: expected ${d.expected}, got ${d.got}`)
  }
  return new TwilsimError(lines.join('\n'), { status, try: answer.try, nearest: answer.nearest })
}

/** The words of a query or rule: an object { status: 'sent' }, a list of words, or one word. */
function words(query) {
  if (query === undefined || query === null) return []
  if (typeof query === 'string') return [query]
  if (Array.isArray(query)) return query.map(String)
  const list = []
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue
    list.push(value === true ? name : `${name}=${value}`)
  }
  return list
}

/** A time as Go writes it. A number is milliseconds. */
function duration(time, name) {
  if (typeof time === 'number' && Number.isFinite(time) && time >= 0) return `${time}ms`
  if (typeof time === 'string' && time !== '') return time
  throw new TypeError(`${name} must be a time such as '5s', or a number of milliseconds, not ${String(time)}`)
}

class Clock {
  #sim
  constructor(sim) { this.#sim = sim }
  now() { return this.#sim.call('GET', '/clock') }
  advance(time) { return this.#sim.call('POST', '/clock/advance', { duration: duration(time, 'time') }) }
  run() { return this.#sim.call('POST', '/clock/run', {}) }
  freeze() { return this.#sim.call('POST', '/clock/freeze', {}) }
  resume(rate = 1) { return this.#sim.call('POST', '/clock/resume', { rate }) }
}

class Simulator {
  #token
  #server
  #agent

  constructor(url, { token, server, binary } = {}) {
    this.url = url.replace(/\/+$/, '')
    this.binary = binary
    this.clock = new Clock(this)
    this.#token = token
    this.#server = server
    // An agent of its own uses no proxy, whatever the environment says.
    this.#agent = this.url.startsWith('https:') ? new https.Agent() : new http.Agent()
  }

  async text(text) {
    if (!text || !text.from || !text.to) throw new TypeError("text needs { from, to, body }: the handset's number and yours")
    const media = text.media?.map((m) => ({ ...m, data: Buffer.from(m.data).toString('base64') }))
    return this.call('POST', '/texts', { ...text, media })
  }

  async rule(rule) { return this.call('POST', '/rules', { words: words(rule) }) }

  async phone(number, state) { return this.call('PUT', `/phones/${encodeURIComponent(number)}`, { state }) }

  async awaitMessage(query, options) { return this.#await('message', query, options) }

  async awaitWebhook(query, options) { return this.#await('webhook', query, options) }

  async alerts(query) {
    const answer = await this.call('GET', `/alerts?${listQuery(query, 0)}`)
    return answer.alerts
  }

  async reset() { return this.call('POST', '/reset', {}) }

  async env({ proxy = false } = {}) {
    const args = ['env', '--json', '--url', this.url]
    if (proxy) args.push('--proxy')
    const env = { ...process.env }
    if (this.#token) env.TWILSIM_ACCESS_TOKEN = this.#token
    return new Promise((resolve, reject) => {
      const file = this.binary ?? findBinary()
      execFile(file, args, { env, windowsHide: true }, (error, stdout, stderr) => {
        if (!error) return resolve(JSON.parse(stdout))
        reject(typeof error.code === 'number' ? new TwilsimError(stderr.trim()) : startError(file, error))
      })
    })
  }

  async stop() {
    this.#agent.destroy()
    const server = this.#server
    this.#server = undefined
    if (server) await server.stop()
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() { await this.stop() }

  async #await(kind, query, { timeout = '5s' } = {}) {
    const params = new URLSearchParams({ kind, timeout: duration(timeout, 'timeout') })
    for (const word of words(query)) params.append('q', word)
    const found = await this.call('GET', `/await?${params}`)
    return found.thing
  }

  call(method, target, body) {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const headers = { Accept: 'application/json' }
    if (payload !== undefined) {
      headers['Content-Type'] = 'application/json'
      headers['Content-Length'] = Buffer.byteLength(payload)
    }
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`
    const { request } = this.url.startsWith('https:') ? https : http
    return new Promise((resolve, reject) => {
      const broken = (error) => reject(new TwilsimError(
        `no simulator is reachable at ${this.url}: ${error.message || error.code}${this.#server?.lastWords() ?? ''}`))
      const req = request(this.url + prefix + target, { method, headers, agent: this.#agent }, (res) => {
        const chunks = []
        res.on('data', (chunk) => chunks.push(chunk))
        res.on('error', broken)
        res.on('end', () => {
          const answer = parse(Buffer.concat(chunks).toString('utf8'))
          if (res.statusCode < 300 && answer !== undefined) return resolve(answer)
          reject(apiError(res.statusCode, answer ?? {}, this.url))
        })
      })
      req.on('error', broken)
      req.end(payload)
    })
  }
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function listQuery(query, limit) {
  const params = new URLSearchParams({ limit: String(limit) })
  for (const word of words(query)) params.append('q', word)
  return params
}

/** Server is the process of a simulator that this process has started. */
class Server {
  #child
  #dir
  #ended
  #stderr = ''
  #kill = () => this.#child.kill('SIGKILL')

  constructor(file, args) {
    // The simulator runs in a folder of its own, so that several of them can run side by side.
    this.#dir = fs.mkdtempSync(path.join(os.tmpdir(), 'twilsim-'))
    try {
      this.#child = spawn(file, args, { cwd: this.#dir, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    } catch (error) {
      fs.rmSync(this.#dir, { recursive: true, force: true })
      throw startError(file, error)
    }
    this.#child.stderr.setEncoding('utf8').on('data', (text) => { this.#stderr = (this.#stderr + text).slice(-4000) })
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(startError(file, error)))
      this.#child.on('close', (code, signal) => resolve(new TwilsimError(
        `the simulator ended with ${signal ?? `exit code ${code}`}: ${this.#stderr.trim() || 'it printed nothing'}`)))
    }).then((reason) => {
      process.removeListener('exit', this.#kill)
      fs.rmSync(this.#dir, { recursive: true, force: true })
      return reason
    })
    process.on('exit', this.#kill)
  }

  /** Resolves with the first line of output, which serve --json prints when it is ready. */
  async ready(timeout) {
    let timer
    const line = new Promise((resolve) => {
      let text = ''
      this.#child.stdout.setEncoding('utf8').on('data', (part) => {
        text += part
        const end = text.indexOf('\n')
        if (end >= 0) resolve(text.slice(0, end))
      })
    })
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve(new TwilsimError(`the simulator was not ready within ${timeout} ms`)), timeout)
    })
    const first = await Promise.race([line, this.#ended, late])
    clearTimeout(timer)
    if (typeof first !== 'string') {
      await this.stop()
      throw first
    }
    // From here on the simulator alone does not keep this process alive.
    this.#child.unref()
    this.#child.stdout.removeAllListeners('data').resume().unref?.()
    this.#child.stderr.unref?.()
    return JSON.parse(first)
  }

  lastWords() { return this.#stderr.trim() ? `\n  it printed   ${this.#stderr.trim()}` : '' }

  async stop() {
    this.#child.ref()
    const hard = setTimeout(this.#kill, 5000)
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM')
    await this.#ended
    clearTimeout(hard)
  }
}

async function start(options = {}) {
  for (const name of Object.keys(options)) {
    if (!startOptions.includes(name)) {
      throw new TypeError(`start has no option ${name}: it has ${startOptions.join(', ')}; args takes flags of twilsim serve`)
    }
  }
  const { forwardTo, speed = 'virtual', number, seed, config, args = [], binary, startTimeout = 10000 } = options
  const flags = ['serve', '--json', '--quiet', '--port', '0', '--speed', speed]
  if (forwardTo) flags.push('--forward-to', String(forwardTo))
  if (number) flags.push('--number', number)
  if (seed) flags.push('--seed', String(seed))
  const settings = config ?? (fs.existsSync('twilsim.yaml') ? 'twilsim.yaml' : undefined)
  if (settings) flags.push('--config', path.resolve(settings))
  const file = binary ?? findBinary()
  const server = new Server(file, [...flags, ...args])
  const ready = await server.ready(startTimeout)
  return new Simulator(ready.url, { token: ready.access_token, server, binary: file })
}

async function attach(options = {}) {
  const url = options.url ?? process.env.TWILSIM_URL ?? 'http://127.0.0.1:2010'
  const sim = new Simulator(url, { token: options.token ?? process.env.TWILSIM_ACCESS_TOKEN })
  await sim.call('GET', '')
  return sim
}

module.exports = { start, attach, Simulator, TwilsimError }
