-- Codes that are shown by a save, for a survivor or account that was named beforehand. doubt: why the last thing that bore it proved nothing.
ALTER TABLE link_codes
    ADD COLUMN kind text NOT NULL DEFAULT 'chat' CHECK (kind IN ('chat', 'save')),
    ADD COLUMN claimed text NOT NULL DEFAULT '',
    ADD COLUMN doubt text NOT NULL DEFAULT '',
    DROP CONSTRAINT link_codes_outcome_check,
    ADD CONSTRAINT link_codes_outcome_check CHECK (outcome IN (
        'linked', 'already_yours', 'taken', 'unclear', 'replaced', 'quarantined', 'unproved', 'expired'
    ));
CREATE INDEX link_codes_open ON link_codes (expires_at) WHERE outcome IS NULL;

-- What members are told in private: written with its cause, sent once.
CREATE TABLE link_notices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id bigint NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    is_good boolean NOT NULL,
    sent_at timestamptz
);
CREATE INDEX link_notices_waiting ON link_notices (id) WHERE sent_at IS NULL;

-- Two members say that they are the same player. The tie stays with its holder until one of them is proved or staff decide.
CREATE TABLE disputes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL,
    player text NOT NULL,
    name text NOT NULL,
    holder_id bigint NOT NULL,
    claimant_id bigint NOT NULL,
    claimant_name text NOT NULL,
    opened_at timestamptz NOT NULL,
    holder_proved_at timestamptz,
    claimant_proved_at timestamptz,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'contested', 'kept', 'moved', 'lapsed')),
    closed_at timestamptz,
    reason text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX disputes_open ON disputes (guild_id, player) WHERE closed_at IS NULL;
CREATE INDEX disputes_by_guild ON disputes (guild_id, id);

-- Who is on each server by account and name, as far as its log has been read: how an id of several people is noticed.
CREATE TABLE presences (
    server_id bigint NOT NULL,
    player text NOT NULL,
    name text NOT NULL,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (server_id, player, name)
);
