// Note Twilio's hosts that a program cannot resolve. A program resolves them only if it does not use
// the proxy; twilsim loads this file by NODE_OPTIONS and reports them.
'use strict'

const file = process.env.TWILSIM_UNRESOLVED

function note (host, error) {
  if (!error || !/\.twilio\.com\.?$/i.test(host)) return
  try {
    require('fs').appendFileSync(file, host + '\n') // at once, because the program may exit now
  } catch {} // it was the last command of twilsim that wanted to know
}

// replaceBy keeps what util.promisify and others look up on a function.
function replaceBy (object, name, make) {
  const old = object[name]
  object[name] = Object.defineProperties(make(old), Object.getOwnPropertyDescriptors(old))
}

if (file) {
  const dns = require('dns')
  replaceBy(dns, 'lookup', lookup => function (host, ...rest) {
    const done = rest.pop()
    if (typeof done !== 'function') return lookup.call(this, host, ...rest, done)
    return lookup.call(this, host, ...rest, function (error, ...found) {
      note(host, error)
      return done.call(this, error, ...found)
    })
  })
  replaceBy(dns.promises, 'lookup', lookup => function (host, ...rest) {
    const found = lookup.call(this, host, ...rest)
    found.catch(error => note(host, error))
    return found
  })
  require('module').syncBuiltinESMExports()
}
