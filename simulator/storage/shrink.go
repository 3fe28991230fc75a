package storage

import "context"

// shrinkEvery is after how many bytes the size of the file is looked at.
const shrinkEvery = 1 << 20

// shrink deletes what is too much for [Options.KeepBytes]. Files go first, as in memory. Free pages
// do not count: they are used again.
func (f *File) shrink(ctx context.Context) error {
	if f.options.KeepBytes == 0 || f.written < shrinkEvery {
		return nil
	}
	f.written = 0
	type remover func(context.Context, int64) (bool, error)
	for _, remove := range []remover{f.removeMedia, f.removeOldest} {
		for {
			used, err := f.used(ctx)
			if err != nil {
				return err
			}
			if used <= f.options.KeepBytes {
				return nil
			}
			removed, err := remove(ctx, used-f.options.KeepBytes)
			if err != nil {
				return err
			}
			if !removed {
				break
			}
		}
	}
	return nil
}

// used returns the size of the pages that are in use.
func (f *File) used(ctx context.Context) (bytes int64, err error) {
	err = f.conn.QueryRowContext(ctx, `SELECT (page_count - freelist_count) * page_size
		FROM pragma_page_count, pragma_freelist_count, pragma_page_size`).Scan(&bytes)
	return bytes, err
}

// removeMedia deletes the files of the oldest messages, so many bytes of them or one more.
func (f *File) removeMedia(ctx context.Context, bytes int64) (removed bool, err error) {
	result, err := f.conn.ExecContext(ctx, `DELETE FROM media WHERE rowid IN (
		SELECT rowid FROM (SELECT rowid, length(content) AS own,
			sum(length(content)) OVER (ORDER BY key & ?, id) AS sum FROM media)
		WHERE sum - own < ?)`, int64(1)<<placeBits-1, bytes)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// removeOldest deletes a tenth of what each account has, but no message with work to do.
func (f *File) removeOldest(ctx context.Context, _ int64) (removed bool, err error) {
	for _, table := range []string{"message", "webhook", "request", "alert", "event"} {
		condition := ""
		if table == "message" {
			condition = " AND NOT pending"
		}
		result, err := f.conn.ExecContext(ctx, "DELETE FROM "+table+` WHERE key IN (SELECT key FROM (
			SELECT key, row_number() OVER (PARTITION BY key >> ? ORDER BY key) AS number,
				count(*) OVER (PARTITION BY key >> ?) AS count FROM `+table+`)
			WHERE number <= count / 10)`+condition, placeBits, placeBits)
		if err != nil {
			return false, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return false, err
		}
		removed = removed || n > 0
	}
	return removed, nil
}
