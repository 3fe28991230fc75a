'use strict'

// This module finds the binary that belongs to this machine. Each platform has its own package,
// which npm installs only where its "os" and "cpu" fit.

const fs = require('node:fs')
const path = require('node:path')

const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64']
const scope = '@twilsim'

class BinaryError extends Error {
  constructor(what, why, attempt) {
    super(`${what}\n  why   ${why}\n  try   ${attempt}`)
    this.name = 'BinaryError'
  }
}

const here = `${process.platform}-${process.arch}`

/** Returns the path of the binary: the one that TWILSIM_BINARY names, else the one of this platform's package. */
function findBinary(env = process.env, platform = here) {
  if (env.TWILSIM_BINARY) return named(env.TWILSIM_BINARY, platform)
  if (!platforms.includes(platform)) {
    throw new BinaryError(
      `twilsim has no binary for ${platform}`,
      `there are packages for ${platforms.join(', ')}`,
      'build twilsim with Go and set TWILSIM_BINARY to the path of the binary')
  }
  const name = `${scope}/${platform}`
  const manifest = manifestOf(name)
  if (!manifest) throw missing(name)
  const file = path.join(path.dirname(manifest), 'bin', platform.startsWith('win32') ? 'twilsim.exe' : 'twilsim')
  const { version, binarySize } = readManifest(name, manifest)
  checkVersion(name, version)
  checkSize(name, file, binarySize)
  checkFormat(file, platform, reinstall)
  return file
}

const reinstall = 'remove node_modules and run npm install on this machine'
const unset = 'unset TWILSIM_BINARY to use the binary of the npm package'

/** Returns the path of a package's manifest, undefined where the package is not installed. */
function manifestOf(name) {
  try {
    return require.resolve(`${name}/package.json`, { paths: [__dirname] })
  } catch {
    // It is not there, or damaged, which require does not tell apart.
  }
  return (require.resolve.paths(name) ?? []).map((folder) => path.join(folder, name, 'package.json'))
    .find((file) => fs.existsSync(file))
}

function readManifest(name, file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    throw new BinaryError(`the package ${name} is not complete`, `${file} cannot be read: ${error.message}`, reinstall)
  }
}

function named(file, platform) {
  const found = fs.statSync(file, { throwIfNoEntry: false })
  if (found?.isFile()) {
    checkFormat(file, platform, unset)
    return file
  }
  throw new BinaryError(
    `TWILSIM_BINARY names ${file}, which ${found ? 'is not a file' : 'does not exist'}`,
    'it must be the path of a twilsim binary',
    unset)
}

function checkSize(name, file, want) {
  const got = fs.statSync(file, { throwIfNoEntry: false })?.size
  if (got === want) return
  throw new BinaryError(
    `the package ${name} is not complete`,
    got === undefined ? `${file} does not exist` : `${file} has ${got} bytes, not ${want}; its download was interrupted`,
    'remove node_modules and run npm install')
}

/**
 * Checks that a binary is for this machine. The system cannot be relied on for that: where it does not know the format of
 * a file, the file is run as a shell script.
 */
function checkFormat(file, platform, attempt) {
  let found
  try {
    found = formatOf(file)
  } catch (error) {
    throw new BinaryError(`${file} cannot be read`, error.message, attempt)
  }
  if (found === platform || found === 'script' || found === 'darwin-universal') return
  throw new BinaryError(
    `${file} cannot run on this machine (${platform})`,
    found ? `it is a binary for ${found}` : 'it is not a program of any system that twilsim knows',
    attempt)
}

/** The platform that a program is for; undefined where it is not a program. */
function formatOf(file) {
  const head = Buffer.alloc(4096)
  const fd = fs.openSync(file)
  try {
    fs.readSync(fd, head, 0, head.length, 0)
  } finally {
    fs.closeSync(fd)
  }
  const magic = head.readUInt32BE(0)
  if (head.toString('latin1', 0, 2) === '#!') return 'script'
  if (magic === 0x7f454c46) return machine('linux', head.readUInt16LE(18), { 0x3e: 'x64', 0xb7: 'arm64' })
  if (magic === 0xcffaedfe) return machine('darwin', head.readUInt32LE(4), { 0x1000007: 'x64', 0x100000c: 'arm64' })
  if (magic === 0xcafebabe) return 'darwin-universal'
  const pe = head.readUInt32LE(0x3c)
  if (head.toString('latin1', 0, 2) !== 'MZ' || pe > head.length - 6) return undefined
  return machine('win32', head.readUInt16LE(pe + 4), { 0x8664: 'x64', 0xaa64: 'arm64' })
}

function machine(system, code, names) { return `${system}-${names[code] ?? 'other'}` }

function missing(name) {
  const others = platforms.map((p) => `${scope}/${p}`).filter(isInstalled)
  if (others.length > 0) {
    return new BinaryError(
      `the package ${name} is not installed, but ${others.join(', ')} is`,
      'node_modules was copied from another machine, for example into a container',
      reinstall)
  }
  return new BinaryError(
    `the package ${name} is not installed`,
    'npm left out optional dependencies (--omit=optional, --no-optional), or its download failed',
    'npm install --include=optional twilsim')
}

function isInstalled(name) { return manifestOf(name) !== undefined }

function checkVersion(name, got) {
  const want = require('../package.json').version
  if (got !== want) {
    throw new BinaryError(
      `twilsim is version ${want}, but ${name} is version ${got}`,
      'both packages must have the same version',
      `npm install twilsim@${want}`)
  }
}

/** Says why a binary did not start. */
function startError(file, error) {
  if (error.code === 'EACCES') {
    return new BinaryError(
      `${file} cannot be started: ${error.message}`,
      'it is not marked as executable, or its file system does not allow programs',
      `chmod +x ${file}`)
  }
  return new BinaryError(`${file} cannot be started`, error.message, 'remove node_modules and run npm install')
}

module.exports = { findBinary, startError, BinaryError, platforms }
