-- Tokens of the parser's HTTP API besides the owner's own, which is a setting. The token itself is shown once and kept nowhere: what is kept finds it, and does not give it away.
CREATE TABLE api_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL REFERENCES communities,
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    label text NOT NULL CHECK (length(label) BETWEEN 1 AND 80),
    kind text NOT NULL CHECK (kind IN ('staff', 'public', 'tribe')),
    server_id bigint REFERENCES servers,
    tribe_id bigint,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    CHECK ((kind = 'tribe') = (server_id IS NOT NULL) AND (kind = 'tribe') = (tribe_id IS NOT NULL))
);
CREATE INDEX api_tokens_by_guild ON api_tokens (guild_id, id);
