-- How fast identities write. Times are seconds since 1970.
CREATE TABLE IF NOT EXISTS writes(identity TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS writes_at ON writes(identity, at);
CREATE TABLE IF NOT EXISTS pauses(identity TEXT PRIMARY KEY, until REAL NOT NULL, slower REAL NOT NULL);
