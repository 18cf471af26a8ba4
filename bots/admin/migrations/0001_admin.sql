-- Commands for game servers that a person ordered: one run per order, with the audit entry's number.
CREATE TABLE runs (
    audit_id bigint PRIMARY KEY,
    guild_id bigint NOT NULL,
    secret text NOT NULL DEFAULT '',
    settled_at timestamptz
);
CREATE INDEX runs_open ON runs (audit_id) WHERE settled_at IS NULL;

CREATE TABLE run_commands (
    audit_id bigint NOT NULL REFERENCES runs,
    server_id bigint NOT NULL,
    command_id bigint NOT NULL,
    PRIMARY KEY (audit_id, server_id)
);

-- Dangerous commands that wait for their confirmation; the row goes when the button is pressed.
CREATE TABLE pending_commands (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL,
    member_id bigint NOT NULL,
    server_key text,
    command text NOT NULL,
    reason text NOT NULL,
    asked_at timestamptz NOT NULL
);

-- Which audit entries have been shown in the audit channel, and the result that was shown with them.
-- Numbers of the audit log are not committed in order, so a single cursor would skip some.
CREATE TABLE mirrored (
    audit_id bigint PRIMARY KEY,
    mirrored_at timestamptz NOT NULL,
    result text NOT NULL
);
CREATE INDEX mirrored_without_result ON mirrored (audit_id) WHERE result = '';

-- Codes that members type in the game's chat. Kept for a day after use: the log may be read late.
CREATE TABLE link_codes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL,
    code text NOT NULL,
    member_id bigint NOT NULL,
    member_name text NOT NULL,
    reference text NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    outcome text CHECK (outcome IN ('linked', 'already_yours', 'taken', 'unclear', 'replaced')),
    player_name text NOT NULL DEFAULT '',
    UNIQUE (guild_id, code)
);
CREATE INDEX link_codes_by_member ON link_codes (guild_id, member_id, made_at);

-- One order to restart servers, its card in Discord, and each server's way through it.
CREATE TABLE restart_orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL,
    member_id bigint NOT NULL,
    member_name text NOT NULL,
    reason text NOT NULL,
    audit_id bigint NOT NULL,
    ordered_at timestamptz NOT NULL,
    channel_id bigint NOT NULL,
    message_id bigint,
    shown text NOT NULL DEFAULT '',
    ended_at timestamptz
);
CREATE INDEX restart_orders_open ON restart_orders (id) WHERE ended_at IS NULL;

CREATE TABLE restarts (
    order_id bigint NOT NULL REFERENCES restart_orders,
    server_id bigint NOT NULL,
    state text NOT NULL
        CHECK (state IN ('counting', 'saving', 'exiting', 'returning', 'done', 'aborted', 'failed')),
    due_at timestamptz NOT NULL,
    announced_minutes int,
    save_command_id bigint,
    exit_command_id bigint,
    exited_at timestamptz,
    up_at timestamptz,
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, server_id)
);
-- One restart at a time per server.
CREATE UNIQUE INDEX restarts_active ON restarts (server_id)
    WHERE state IN ('counting', 'saving', 'exiting', 'returning');
