-- Codes that a save shows as the name of a tame or a box, with everybody who may have given it that name. Written with the save by the parser, which knows nobody's code; settled by the admin bot. since: the save before showed no such name.
CREATE TABLE save_proofs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id bigint NOT NULL REFERENCES servers,
    save_id bigint NOT NULL REFERENCES saves ON DELETE CASCADE,
    code text NOT NULL,
    tribe_id bigint NOT NULL,
    object_kind text NOT NULL CHECK (object_kind IN ('tame', 'box')),
    saved_at timestamptz NOT NULL,
    since timestamptz,
    is_complete boolean NOT NULL,
    people jsonb NOT NULL,
    settled_at timestamptz,
    UNIQUE (server_id, code, tribe_id)
);
CREATE INDEX save_proofs_open ON save_proofs (id) WHERE settled_at IS NULL;
CREATE INDEX save_proofs_by_save ON save_proofs (save_id);

-- Which account has which survivor, as the last good save of each server tells it. No places.
CREATE TABLE survivor_accounts (
    server_id bigint NOT NULL REFERENCES servers,
    account text NOT NULL,
    player_id bigint NOT NULL,
    survivor text NOT NULL,
    platform_name text NOT NULL,
    tribe_id bigint NOT NULL,
    PRIMARY KEY (server_id, account, player_id)
);
CREATE INDEX survivor_accounts_by_account ON survivor_accounts (account);
CREATE INDEX survivor_accounts_by_name ON survivor_accounts (server_id, platform_name);

-- Players whose id names nobody for certain: never tied, never paid. released_at: staff have found that it is one person's.
CREATE TABLE quarantined_players (
    guild_id bigint NOT NULL REFERENCES communities,
    player text NOT NULL,
    reason text NOT NULL,
    found_at timestamptz NOT NULL,
    reported_at timestamptz,
    released_at timestamptz,
    PRIMARY KEY (guild_id, player)
);
CREATE INDEX quarantined_players_new ON quarantined_players (guild_id) WHERE reported_at IS NULL;

-- How a tie was proved, and for a name (ASE) the account that bore it then.
ALTER TABLE links
    ADD COLUMN proof text NOT NULL DEFAULT 'chat' CHECK (proof IN ('chat', 'save', 'staff')),
    ADD COLUMN account text;
