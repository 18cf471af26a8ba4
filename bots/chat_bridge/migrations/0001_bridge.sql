-- Discord messages that were taken on their way into the game, and what their author has been shown of it.
CREATE TABLE messages (
    message_id bigint PRIMARY KEY,
    guild_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    author_id bigint NOT NULL,
    taken_at timestamptz NOT NULL,
    is_carried boolean NOT NULL,
    shown text,
    is_settled boolean NOT NULL DEFAULT false
);
CREATE INDEX messages_unsettled ON messages (message_id) WHERE NOT is_settled;
CREATE INDEX messages_by_time ON messages (guild_id, taken_at);

-- The commands a message became: one per server and piece.
CREATE TABLE deliveries (
    message_id bigint NOT NULL REFERENCES messages ON DELETE CASCADE,
    server_id bigint NOT NULL,
    part int NOT NULL,
    command_id bigint NOT NULL,
    PRIMARY KEY (message_id, server_id, part)
);

-- Up to which message a channel has been heard; moved in the transaction that takes the message.
CREATE TABLE channels (
    channel_id bigint PRIMARY KEY,
    guild_id bigint NOT NULL,
    last_message_id bigint NOT NULL
);

-- A row means: this community's bridge carries nothing just now.
CREATE TABLE pauses (
    guild_id bigint PRIMARY KEY,
    id bigint GENERATED ALWAYS AS IDENTITY,
    paused_at timestamptz NOT NULL,
    paused_by text NOT NULL,
    reason text NOT NULL
);

-- What was not carried during the pause, told when it ends.
CREATE TABLE skipped (
    guild_id bigint NOT NULL REFERENCES pauses ON DELETE CASCADE,
    channel_id bigint NOT NULL,
    from_game int NOT NULL DEFAULT 0,
    from_discord int NOT NULL DEFAULT 0,
    PRIMARY KEY (guild_id, channel_id)
);
