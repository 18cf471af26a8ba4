-- Several sources of one game server, one writer, and what is known of holes.

-- Who writes a server's log: each writer takes the next number, and one with an older number is refused.
ALTER TABLE servers ADD COLUMN feed_epoch bigint NOT NULL DEFAULT 0;

ALTER TABLE feed_cursors
    -- the instants of the last and of the newest line that were read here, stored or known already; a clock may go back
    ADD COLUMN last_at timestamptz,
    ADD COLUMN newest_at timestamptz,
    -- since when nothing is missing here
    ADD COLUMN whole_since timestamptz,
    -- up to when lines may have been read here before: the file was begun anew with old lines in it
    ADD COLUMN reread_upto timestamptz;
UPDATE feed_cursors c
SET last_at = (
    SELECT e.occurred_at FROM game_events e
    WHERE e.server_id = c.server_id AND e.source = c.source
    ORDER BY e.seq DESC LIMIT 1
);
UPDATE feed_cursors SET newest_at = last_at;

-- Events that one source stored and another has shown as well: each counts once. Kept for as long as the other source
-- may still come to the same second.
CREATE TABLE feed_sightings (
    server_id bigint NOT NULL REFERENCES servers,
    source text NOT NULL,
    seq bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (server_id, source, seq)
);

ALTER TABLE feed_gaps
    ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now(),
    -- lines of that time which came later by another way
    ADD COLUMN recovered int NOT NULL DEFAULT 0,
    -- set when nothing of that time is missing any more
    ADD COLUMN recovered_at timestamptz;
CREATE INDEX feed_gaps_by_end ON feed_gaps (server_id, ended_at);

-- By which source each game server's lines come now, and how fresh they are.
CREATE TABLE feed_states (
    server_id bigint PRIMARY KEY REFERENCES servers,
    source text NOT NULL,
    since timestamptz NOT NULL,
    read_at timestamptz NOT NULL,
    newest_at timestamptz,
    problem text
);
