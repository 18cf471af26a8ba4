-- What several programs share. All data of a community carries its guild_id.

CREATE TABLE communities (
    guild_id bigint PRIMARY KEY,
    name text NOT NULL,
    staff_roles bigint[] NOT NULL DEFAULT '{}',
    owner_roles bigint[] NOT NULL DEFAULT '{}',
    approved_at timestamptz
);

CREATE TABLE servers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL REFERENCES communities,
    key text NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,31}$'),
    name text NOT NULL,
    game text NOT NULL CHECK (game IN ('ase', 'asa')),
    map text NOT NULL,
    cluster text NOT NULL DEFAULT 'main',
    last_seq bigint NOT NULL DEFAULT 0,
    removed_at timestamptz,
    UNIQUE (guild_id, key)
);

-- Which channel a class of posts goes to. What has no route goes nowhere. server_id 0: the whole community.
CREATE TABLE routes (
    guild_id bigint NOT NULL REFERENCES communities,
    purpose text NOT NULL,
    server_id bigint NOT NULL DEFAULT 0,
    channel_id bigint NOT NULL,
    set_by text NOT NULL DEFAULT 'file' CHECK (set_by IN ('file', 'discord')),
    PRIMARY KEY (guild_id, purpose, server_id)
);

-- The place up to which a source of a game server's lines has been stored; moved with the events it gave.
CREATE TABLE feed_cursors (
    server_id bigint NOT NULL REFERENCES servers,
    source text NOT NULL,
    file_identity text NOT NULL DEFAULT '',
    byte_offset bigint NOT NULL DEFAULT 0 CHECK (byte_offset >= 0),
    moved_at timestamptz NOT NULL,
    PRIMARY KEY (server_id, source)
);

CREATE TABLE game_events (
    server_id bigint NOT NULL REFERENCES servers,
    seq bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    data jsonb NOT NULL,
    raw text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (server_id, seq)
);
CREATE INDEX game_events_by_kind ON game_events (server_id, kind, occurred_at);

CREATE TABLE feed_gaps (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id bigint NOT NULL REFERENCES servers,
    source text NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    reason text NOT NULL
);

CREATE TABLE event_cursors (
    reader text NOT NULL,
    server_id bigint NOT NULL REFERENCES servers,
    seq bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (reader, server_id)
);

-- Posts on their way to Discord, sent in order of id within a channel.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL REFERENCES communities,
    bot text NOT NULL,
    channel_id bigint NOT NULL,
    dedupe_key text NOT NULL UNIQUE,
    author text,
    content text NOT NULL,
    embeds jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'parked')),
    batch bigint,
    sending_at timestamptz,
    sent_at timestamptz,
    message_id bigint,
    failure text
);
CREATE INDEX outbox_waiting ON outbox (bot, channel_id, id) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_last_sent ON outbox (channel_id, message_id) WHERE state = 'sent';
CREATE SEQUENCE outbox_batches;

-- Messages that are edited in place and show the latest value.
CREATE TABLE panels (
    guild_id bigint NOT NULL REFERENCES communities,
    bot text NOT NULL,
    name text NOT NULL,
    channel_id bigint NOT NULL,
    message_id bigint,
    fingerprint text NOT NULL DEFAULT '',
    shown_at timestamptz,
    PRIMARY KEY (guild_id, bot, name)
);

-- The webhook a bot made for a channel, reused for ever.
CREATE TABLE webhooks (
    channel_id bigint NOT NULL,
    bot text NOT NULL,
    webhook_id bigint NOT NULL,
    token text NOT NULL,
    PRIMARY KEY (channel_id, bot)
);

-- Which commands an application has registered, so that a start without changes asks Discord nothing.
CREATE TABLE command_syncs (
    application_id bigint NOT NULL,
    guild_id bigint NOT NULL,
    fingerprint text NOT NULL,
    PRIMARY KEY (application_id, guild_id)
);

-- What must reach a game server and must be known to have done so.
CREATE TABLE rcon_commands (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id bigint NOT NULL REFERENCES servers,
    dedupe_key text NOT NULL UNIQUE,
    command text NOT NULL,
    shows_as text,
    requested_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'sending', 'confirmed', 'failed', 'expired')),
    sending_at timestamptz,
    settled_at timestamptz,
    attempts int NOT NULL DEFAULT 0,
    reply text,
    failure text
);
CREATE INDEX rcon_commands_waiting ON rcon_commands (server_id, id) WHERE state IN ('queued', 'sending');

CREATE TABLE server_states (
    server_id bigint PRIMARY KEY REFERENCES servers,
    is_up boolean NOT NULL,
    since timestamptz NOT NULL,
    players jsonb NOT NULL DEFAULT '[]',
    source text NOT NULL,
    observed_at timestamptz NOT NULL,
    problem text
);

CREATE TABLE player_counts (
    server_id bigint NOT NULL REFERENCES servers,
    at timestamptz NOT NULL,
    players int NOT NULL CHECK (players >= 0),
    PRIMARY KEY (server_id, at)
);

-- Which accounts of the game a member has proved to own. An account belongs to one member.
CREATE TABLE links (
    guild_id bigint NOT NULL REFERENCES communities,
    player text NOT NULL,
    member_id bigint NOT NULL,
    name text NOT NULL,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (guild_id, player)
);
CREATE INDEX links_by_member ON links (guild_id, member_id);

CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL REFERENCES communities,
    at timestamptz NOT NULL,
    actor_id bigint NOT NULL,
    actor_name text NOT NULL,
    action text NOT NULL,
    target text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    arguments jsonb NOT NULL DEFAULT '{}',
    result text NOT NULL DEFAULT '',
    reference text NOT NULL
);
CREATE INDEX audit_log_by_time ON audit_log (guild_id, at DESC);
