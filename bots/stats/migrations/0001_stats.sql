-- How far the log of a game server gives signs of life: open sessions count up to here.
CREATE TABLE servers (
    server_id bigint PRIMARY KEY,
    guild_id bigint NOT NULL,
    alive_at timestamptz NOT NULL
);

CREATE TABLE sessions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL,
    server_id bigint NOT NULL,
    player text NOT NULL,
    name text NOT NULL,
    joined_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    left_at timestamptz,
    ended text,
    CHECK ((left_at IS NULL) = (ended IS NULL)),
    CHECK (left_at >= joined_at)
);
CREATE UNIQUE INDEX sessions_open ON sessions (server_id, player) WHERE left_at IS NULL;
CREATE INDEX sessions_by_player ON sessions (guild_id, player, joined_at);

-- What a player's closed sessions on a server add up to.
CREATE TABLE players (
    guild_id bigint NOT NULL,
    server_id bigint NOT NULL,
    player text NOT NULL,
    name text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    playtime interval NOT NULL DEFAULT '0',
    sessions int NOT NULL DEFAULT 0,
    PRIMARY KEY (server_id, player)
);
CREATE INDEX players_by_guild ON players (guild_id, player);

-- What a survivor did, from public lines, which know survivors by name.
CREATE TABLE survivors (
    guild_id bigint NOT NULL,
    server_id bigint NOT NULL,
    survivor text NOT NULL,
    survivor_id bigint,
    deaths int NOT NULL DEFAULT 0,
    survivor_kills int NOT NULL DEFAULT 0,
    creature_kills int NOT NULL DEFAULT 0,
    tames int NOT NULL DEFAULT 0,
    PRIMARY KEY (server_id, survivor)
);
CREATE INDEX survivors_by_id ON survivors (server_id, survivor_id);
CREATE INDEX survivors_by_guild ON survivors (guild_id, survivor);

-- Whose survivor that is, from chat lines, which name both.
CREATE TABLE ties (
    server_id bigint NOT NULL,
    survivor text NOT NULL,
    player text NOT NULL,
    tied_at timestamptz NOT NULL,
    PRIMARY KEY (server_id, survivor, player)
);
CREATE INDEX ties_by_player ON ties (player);
