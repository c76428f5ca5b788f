-- The pace is that of an identity, whichever campaign it works for. Times are seconds since 1970, by the clock of the database.
CREATE SCHEMA IF NOT EXISTS unspool;
CREATE TABLE IF NOT EXISTS unspool.writes(identity text NOT NULL, at float8 NOT NULL);
CREATE INDEX IF NOT EXISTS writes_at ON unspool.writes(identity, at);
CREATE TABLE IF NOT EXISTS unspool.pauses(identity text PRIMARY KEY, until float8 NOT NULL, slower float8 NOT NULL);

-- Takes the right to write once, or says how many seconds have to pass first. One call, so that a client which is stopped in the
-- middle holds nothing; a function, so that what it reads is newer than the lock.
CREATE OR REPLACE FUNCTION unspool.take_write(who text, spans float8[], allowed bigint[], slowest float8, forgiven float8)
RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    pause unspool.pauses%ROWTYPE;
    now_at float8;
    factor float8;
    wait float8;
    blocking float8;
BEGIN
    INSERT INTO unspool.pauses(identity, until, slower) VALUES (who, 0, 1) ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT pause FROM unspool.pauses WHERE identity = who FOR UPDATE;
    now_at := extract(epoch FROM clock_timestamp());
    factor := CASE WHEN now_at > pause.until + forgiven THEN 1 ELSE pause.slower END;
    wait := greatest(pause.until - now_at, 0);
    FOR i IN 1..array_length(spans, 1) LOOP
        -- The oldest write that still counts leaves the window after so many seconds.
        SELECT at INTO blocking FROM unspool.writes
            WHERE identity = who AND at > now_at - spans[i] * factor ORDER BY at DESC LIMIT 1 OFFSET allowed[i] - 1;
        IF FOUND THEN
            wait := greatest(wait, blocking + spans[i] * factor - now_at);
        END IF;
    END LOOP;
    IF wait <= 0 THEN
        INSERT INTO unspool.writes(identity, at) VALUES (who, now_at);
        DELETE FROM unspool.writes WHERE identity = who AND at < now_at - 3600 * slowest;
    END IF;
    RETURN wait;
END $$;

-- A schema for each campaign; the rest is in it.
CREATE SCHEMA IF NOT EXISTS "{schema}";
SET search_path TO "{schema}";

CREATE TABLE IF NOT EXISTS version(version bigint NOT NULL);

CREATE TABLE IF NOT EXISTS units(
    repository text NOT NULL,
    unit text NOT NULL,
    change text,                            -- id of the planned change set; NULL: no longer planned
    diff text NOT NULL,                     -- hash of its patch
    oversize boolean NOT NULL,
    lines bigint NOT NULL,
    sites bigint NOT NULL,
    state text NOT NULL DEFAULT 'planned',
    reason text NOT NULL DEFAULT '',
    pull bigint,                            -- number of the pull request
    web text,                               -- its page
    head text,                              -- commit of its branch when we looked last
    published text,                         -- hash of the patch that it has
    checks text,
    wave bigint,
    updated bigint NOT NULL,
    PRIMARY KEY (repository, unit)
);

-- What people said: about a patch, so that another patch is another question.
CREATE TABLE IF NOT EXISTS decisions(
    repository text NOT NULL,
    unit text NOT NULL,
    diff text NOT NULL,
    decision text NOT NULL,
    note text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (repository, unit, diff)
);

CREATE TABLE IF NOT EXISTS events(
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    repository text NOT NULL,
    unit text NOT NULL,
    what text NOT NULL,
    detail text NOT NULL
);

-- Progress on code, for the burndown.
CREATE TABLE IF NOT EXISTS progress(at bigint PRIMARY KEY, sites bigint NOT NULL, open bigint NOT NULL, merged bigint NOT NULL);

-- Who works on a repository, and until when. A higher token is a newer lease: what comes with a lower one is late.
CREATE TABLE IF NOT EXISTS leases(
    repository text PRIMARY KEY,
    holder text NOT NULL DEFAULT '',
    token bigint NOT NULL DEFAULT 0,
    until timestamptz NOT NULL DEFAULT '-infinity',
    done jsonb NOT NULL DEFAULT '{}'        -- of each kind of work: up to which moment it was done
);

-- Moments are numbers that only grow.
CREATE SEQUENCE IF NOT EXISTS moments;
