/** The client of twilsim for tests: it plays the people around your app, moves time, and reads what happened. */

/**
 * A time: a number of milliseconds, or a number with a unit as Go writes it, such as '500ms', '5s' or '1h30m'.
 */
export type Time = number | string

/**
 * What selects messages, webhooks or alerts: fields and values, or words such as 'status=delivered'. A value may have * as
 * a wildcard. "twilsim help filters" lists the fields.
 */
export type Query = Record<string, string | number | boolean | undefined> | readonly string[] | string

/** Options of {@link start}. */
export interface StartOptions {
  /** The base URL of your app, such as 'http://localhost:3000'; texts go to its /sms. */
  forwardTo?: string | URL
  /** How time passes: 'virtual' (the default: it moves only by {@link Clock}), 'real', 'fast', or a factor such as '10x'. */
  speed?: string
  /** Your phone number; the default is +12025550100. */
  number?: string
  /** What SIDs and chance come from, above 0; the default is 1. */
  seed?: number
  /** The settings file; the default is twilsim.yaml in the working directory, where it exists. */
  config?: string
  /** More flags of twilsim serve. */
  args?: readonly string[]
  /** The twilsim binary; the default is TWILSIM_BINARY, else the one of the package for this platform. */
  binary?: string
  /** How long the start may take, in milliseconds; the default is 10000. */
  startTimeout?: number
}

/** Options of {@link attach}. */
export interface AttachOptions {
  /** The default is TWILSIM_URL, which twilsim exec sets, else http://127.0.0.1:2010. */
  url?: string
  /** The token that twilsim serve --require-token printed; the default is TWILSIM_ACCESS_TOKEN. */
  token?: string
}

/** A text that a handset sends. */
export interface Text {
  from: string
  to: string
  body?: string
  media?: readonly { name?: string; content_type?: string; data: Uint8Array | string }[]
  /** Parameters of the webhook, over those that twilsim sends: FromCity, ProfileName and the like. */
  params?: Record<string, string>
}

/** A message, with Twilio's fields under Twilio's names; _sim has what twilsim knows beyond them. */
export interface Message {
  sid: string
  to: string
  from: string | null
  body: string
  status: string
  direction: string
  error_code: number | null
  error_message: string | null
  num_segments: string
  num_media: string
  messaging_service_sid: string | null
  date_created: string
  date_updated: string
  date_sent: string | null
  _sim: { reply_to?: string; history: { status: string; [field: string]: unknown }[]; [field: string]: unknown }
  [field: string]: unknown
}

/** One HTTP request that twilsim made to your app, with its response. */
export interface Webhook {
  id: string
  purpose: 'inbound' | 'redirect' | 'fallback' | 'status'
  sid?: string
  attempt: number
  method: string
  url: string
  header: unknown
  /** The form, as it was sent. */
  body?: string
  /** The status of the response; it is missing when there was none. */
  status?: number
  response_body?: string
  /** The code of the alert that the failure raised; it is missing when there was no failure. */
  code?: string
  error?: string
  [field: string]: unknown
}

/** An entry of Twilio's debugger, or a hint of twilsim (SIM-…). */
export interface Alert {
  id: string
  code: string
  level: 'error' | 'warning' | 'hint' | string
  title: string
  text: string
  try?: string
  sid?: string
  [field: string]: unknown
}

/** What became of a {@link Text} when your app had answered. Replies are not delivered yet. */
export interface Receipt {
  message: Message
  webhooks: Webhook[]
  replies: Message[]
  alerts: Alert[]
  opted_out?: boolean
}

/** A rule of the carrier. */
export interface Rule {
  id: string
  [word: string]: unknown
}

export interface ClockState {
  now: string
  /** Seconds on the clock in one second: 1 is real, 0 is virtual. */
  rate: number
  /** How many pieces of work are scheduled. */
  pending: number
  next: string | null
}

/** The account's time. */
export interface Clock {
  now(): Promise<ClockState>
  /** Moves a virtual clock; resolves when all that fell due is done, webhooks included. */
  advance(time: Time): Promise<{ advanced: string; clock: ClockState }>
  /** Moves a virtual clock until nothing is scheduled any more. */
  run(): Promise<{ advanced: string; clock: ClockState }>
  /** Makes the clock virtual. */
  freeze(): Promise<ClockState>
  /** Lets the clock run by itself; the rate is 1 unless given. */
  resume(rate?: number): Promise<ClockState>
}

/** A running simulator. Its methods reject with a {@link TwilsimError}. */
export class Simulator {
  private constructor()
  readonly url: string
  readonly clock: Clock
  /** Sends a text from a handset; resolves when the app's answer was obeyed. */
  text(text: Text): Promise<Receipt>
  /** Adds a rule, such as { to: '+1202*', then: 'unreachable', times: 1 }. The first rule that matches decides. */
  rule(rule: Query): Promise<Rule>
  /** Sets the state of a handset: 'on', 'off', 'landline', 'gone' or 'opted-out'. */
  phone(number: string, state: string): Promise<{ number: string; state: string }>
  /** Waits for a message that fits, and resolves with the newest. The timeout is real time; its default is 5s. */
  awaitMessage(query?: Query, options?: { timeout?: Time }): Promise<Message>
  /** Waits for a webhook that fits, such as { path: '/status', MessageStatus: 'delivered' }. */
  awaitWebhook(query?: Query, options?: { timeout?: Time }): Promise<Webhook>
  /** The alerts that fit, newest first. */
  alerts(query?: Query): Promise<Alert[]>
  /** Forgets messages, webhooks, alerts, rules and handset states. Numbers and bins stay. */
  reset(): Promise<Record<string, number>>
  /**
   * The variables for your app's process: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER and TWILSIM_URL; with
   * proxy also those that lead an unchanged SDK to the simulator.
   */
  env(options?: { proxy?: boolean }): Promise<Record<string, string>>
  /** Calls any endpoint of the control API; target is the part behind /sim/v1. */
  call<T = unknown>(method: string, target: string, body?: unknown): Promise<T>
  /** Ends the simulator that {@link start} started; one that was attached keeps running. */
  stop(): Promise<void>
}

/** An error that the simulator reports. */
export class TwilsimError extends Error {
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number
  /** What to try. */
  readonly try?: string
  /** What came nearest to an awaited thing, and the fields that differ. */
  readonly nearest: {
    id: string
    summary: string
    differences: { field: string; expected: string; got: string }[]
  }[]
}

/** Starts a simulator on a free port. It ends with {@link Simulator.stop}, at the latest with this process. */
export function start(options?: StartOptions): Promise<Simulator>

/** Attaches to a simulator that runs, such as the one of twilsim exec or twilsim serve. */
export function attach(options?: AttachOptions): Promise<Simulator>
