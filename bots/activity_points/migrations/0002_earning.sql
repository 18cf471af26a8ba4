-- What the reader of the event log remembers between two batches. All of it follows from the log alone.

-- How far the log's time has come on a server.
CREATE TABLE clocks (
    server_id bigint PRIMARY KEY REFERENCES public.servers,
    now_at timestamptz NOT NULL,
    counts_since timestamptz NOT NULL,
    alive_at timestamptz
);

CREATE TABLE people (
    server_id bigint NOT NULL REFERENCES public.servers,
    player text NOT NULL,
    name text NOT NULL,
    -- set while they are on
    joined_as text,
    joined_at timestamptz,
    seen_at timestamptz,
    present interval NOT NULL,
    idle_minutes int NOT NULL,
    active_at timestamptz,
    day date,
    earned jsonb NOT NULL,
    victims text[] NOT NULL,
    signs jsonb NOT NULL,
    PRIMARY KEY (server_id, player),
    CHECK (num_nulls(joined_as, joined_at, seen_at) IN (0, 3))
);
CREATE INDEX people_by_name ON people (server_id, name);
CREATE INDEX people_on ON people (server_id) WHERE joined_at IS NOT NULL OR present > interval '0';

-- Whose survivors are whose. A name may be taken by several; then only who is on can be meant.
CREATE TABLE survivors (
    server_id bigint NOT NULL REFERENCES public.servers,
    survivor text NOT NULL,
    player text NOT NULL,
    PRIMARY KEY (server_id, survivor, player)
);

CREATE TABLE survivor_ids (
    server_id bigint NOT NULL REFERENCES public.servers,
    survivor_id bigint NOT NULL,
    survivor text NOT NULL,
    PRIMARY KEY (server_id, survivor_id)
);
