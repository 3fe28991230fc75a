// Package storage keeps the accounts of a server in one SQLite file: the --data of "twilsim serve".
//
// [Open] opens a file or makes a new one, and refuses one that it cannot use without changing it: a
// damaged file, one of a newer version, one that another process uses, or one that cannot be
// written. The file is then a [messaging.Storage]: whatever [File.Commit] has returned for is in
// the file, even if the process is killed in the next moment; it is on the disk a tenth of a second
// later. schema.sql documents the tables and the views.
//
// The database is in WAL mode: beside FILE there are FILE-wal and FILE-log while it is open and, if
// a process was killed, they belong to it: without one of them it is refused. A commit is appended
// to FILE-log, from which rows are moved to the tables a moment later. Only the newest things are
// kept, as in memory; see [Options].
package storage
