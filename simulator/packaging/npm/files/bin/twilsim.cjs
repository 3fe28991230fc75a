#!/usr/bin/env node
'use strict'

// This launcher runs the binary of this machine with the same arguments, streams and exit code.

const { spawn } = require('node:child_process')
const os = require('node:os')
const { findBinary, startError } = require('../lib/binary.cjs')

function fail(error) {
  process.stderr.write(`twilsim: ${error.message}\n`)
  process.exit(1)
}

let file
try {
  file = findBinary()
} catch (error) {
  fail(error)
}

let child
try {
  child = spawn(file, process.argv.slice(2), { stdio: 'inherit', windowsHide: true })
} catch (error) {
  fail(startError(file, error))
}
child.on('error', (error) => fail(startError(file, error)))

// A terminal sends Ctrl-C to both processes; the launcher waits for the binary to end.
const forwarded = ['SIGTERM', 'SIGHUP']
const ignored = ['SIGINT', 'SIGQUIT']
for (const signal of forwarded) process.on(signal, () => child.kill(signal))
for (const signal of ignored) process.on(signal, () => {})

child.on('exit', (code, signal) => {
  if (!signal) process.exit(code)
  for (const name of [...forwarded, ...ignored]) process.removeAllListeners(name)
  if (process.platform === 'win32') process.exit(1)
  process.exitCode = 128 + os.constants.signals[signal]
  process.kill(process.pid, signal)
})
