-- Secrets of a community, sealed with a key that is not in the database (HELENA_SECRET_KEY).
CREATE TABLE sealed_secrets (
    guild_id bigint NOT NULL REFERENCES communities,
    kind text NOT NULL CHECK (kind IN ('nitrado_token', 'rcon_password')),
    -- what the owner calls a token; the game server's key of a password
    name text NOT NULL CHECK (name <> ''),
    sealed bytea NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (guild_id, kind, name)
);

-- What a probe showed of each game server: whether text that is not ASCII passes its RCON unharmed.
CREATE TABLE rcon_probes (
    server_id bigint PRIMARY KEY REFERENCES servers,
    shows_unicode boolean NOT NULL,
    probed_at timestamptz NOT NULL
);
