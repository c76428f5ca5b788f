-- Times are seconds since 1970.
CREATE TABLE IF NOT EXISTS units(
    repository TEXT NOT NULL,
    unit TEXT NOT NULL,
    change TEXT,                            -- id of the planned change set; NULL: no longer planned
    diff TEXT NOT NULL,                     -- hash of its patch
    oversize INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    sites INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'planned',
    reason TEXT NOT NULL DEFAULT '',
    pull INTEGER,                           -- number of the pull request
    web TEXT,                               -- its page
    head TEXT,                              -- commit of its branch when we looked last
    published TEXT,                         -- hash of the patch that it has
    checks TEXT,
    wave INTEGER,
    updated INTEGER NOT NULL,
    PRIMARY KEY (repository, unit)
);

-- What people said: about a patch, so that another patch is another question.
CREATE TABLE IF NOT EXISTS decisions(
    repository TEXT NOT NULL,
    unit TEXT NOT NULL,
    diff TEXT NOT NULL,
    decision TEXT NOT NULL,
    note TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (repository, unit, diff)
);

CREATE TABLE IF NOT EXISTS events(
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    repository TEXT NOT NULL,
    unit TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL
);

-- Progress on code, for the burndown.
CREATE TABLE IF NOT EXISTS progress(at INTEGER PRIMARY KEY, sites INTEGER NOT NULL, open INTEGER NOT NULL, merged INTEGER NOT NULL);

-- Who works on a repository. A higher token is a newer lease: what comes with a lower one is late.
CREATE TABLE IF NOT EXISTS leases(repository TEXT PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL);

-- Up to which moment a repository was worked on; moments are numbers that only grow.
CREATE TABLE IF NOT EXISTS done(repository TEXT NOT NULL, purpose TEXT NOT NULL, moment INTEGER NOT NULL, PRIMARY KEY (repository, purpose));
CREATE TABLE IF NOT EXISTS moments(one INTEGER PRIMARY KEY CHECK (one = 1), moment INTEGER NOT NULL);
