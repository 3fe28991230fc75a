-- What twilsim serve --data FILE stores. Columns called value have JSON, except in event; times are in
-- UTC, and key is the number of the account times 2^40 plus the place of the thing in its account.

-- The number of this file among all files, how often it was used, and the generation of FILE-log.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- The main account is number 1. value has its auth token.
CREATE TABLE account (
  number INTEGER PRIMARY KEY,
  sid    TEXT NOT NULL UNIQUE,
  value  TEXT NOT NULL
);

-- What an account has: numbers, services, applications, keys, bins, handset, opt_out and
-- sticky_sender have a row for each; profile, rules, journal and clock are one row.
CREATE TABLE setting (
  account INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  id      TEXT NOT NULL,
  value   TEXT NOT NULL,
  PRIMARY KEY (account, kind, id)
) WITHOUT ROWID;

-- pending is 1 while there is work to do for the message.
CREATE TABLE message (
  key     INTEGER PRIMARY KEY,
  pending INTEGER NOT NULL,
  value   TEXT NOT NULL
);

-- What goes on at the next start is found without a look at the other messages.
CREATE INDEX pending ON message (key) WHERE pending;

CREATE TABLE webhook (key INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE request (key INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE alert   (key INTEGER PRIMARY KEY, value TEXT NOT NULL);

-- Each row has several events: key is made of the ID of the first, last is the ID of the last. They
-- are packed: "twilsim data export" writes them as JSON.
CREATE TABLE event (key INTEGER PRIMARY KEY, last INTEGER NOT NULL, value BLOB NOT NULL);

-- The bytes of files, with the key of their message.
CREATE TABLE media (
  key     INTEGER NOT NULL,
  id      TEXT NOT NULL, -- of the message and of the file, as SM…/ME…
  content BLOB NOT NULL,
  PRIMARY KEY (key, id)
);

CREATE VIEW messages AS SELECT
  account.sid                                AS account_sid,
  message.value ->> 'sid'                    AS sid,
  message.value ->> 'direction'              AS direction,
  message.value ->> 'from'                   AS from_address,
  message.value ->> 'to'                     AS to_address,
  message.value ->> 'body'                   AS body,
  message.value ->> 'status'                 AS status,
  message.value ->> 'error_code'             AS error_code,
  message.value ->> 'num_segments'           AS num_segments,
  message.value ->> 'messaging_service_sid'  AS messaging_service_sid,
  message.value ->> 'reply_to'               AS reply_to,
  message.value ->> 'callback'               AS callback,
  message.value ->> 'by'                     AS decided_by,
  message.value ->> 'date_created'           AS date_created,
  message.value ->> 'date_sent'              AS date_sent,
  message.value ->> 'date_updated'           AS date_updated,
  message.pending                            AS pending
FROM message JOIN account ON account.number = message.key >> 40;

CREATE VIEW webhooks AS SELECT
  account.sid                        AS account_sid,
  webhook.value ->> 'id'             AS id,
  webhook.value ->> 'purpose'        AS purpose,
  webhook.value ->> 'sid'            AS message_sid,
  webhook.value ->> 'attempt'        AS attempt,
  webhook.value ->> 'at'             AS at,
  webhook.value ->> 'method'         AS method,
  webhook.value ->> 'url'            AS url,
  webhook.value ->> 'body'           AS body,
  webhook.value ->> 'signature'      AS signature,
  webhook.value ->> 'status'         AS http_status,
  webhook.value ->> 'response_body'  AS response_body,
  webhook.value ->> 'code'           AS code,
  webhook.value ->> 'error'          AS error
FROM webhook JOIN account ON account.number = webhook.key >> 40;

CREATE VIEW alerts AS SELECT
  account.sid                   AS account_sid,
  alert.value ->> 'id'          AS id,
  alert.value ->> 'at'          AS at,
  alert.value ->> 'code'        AS code,
  alert.value ->> 'level'       AS level,
  alert.value ->> 'title'       AS title,
  alert.value ->> 'text'        AS text,
  alert.value ->> 'sid'         AS message_sid,
  alert.value ->> 'exchange'    AS exchange,
  alert.value ->> 'acknowledged' AS acknowledged
FROM alert JOIN account ON account.number = alert.key >> 40;
