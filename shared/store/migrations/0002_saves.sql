-- Worlds decoded from save files. Written by the parser service, read by bots and dashboard.

CREATE TABLE saves (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id bigint NOT NULL REFERENCES servers,
    content_hash text NOT NULL,
    saved_at timestamptz NOT NULL,
    decoded_at timestamptz NOT NULL,
    game text NOT NULL,
    version int NOT NULL,
    map text NOT NULL,
    game_time double precision NOT NULL,
    structures int NOT NULL,
    tribes int NOT NULL,
    bases int NOT NULL,
    objects int NOT NULL,
    objects_failed int NOT NULL,
    seconds double precision NOT NULL,
    UNIQUE (server_id, content_hash)
);

-- A file that could not be used: shown to staff, while the last good save goes on serving.
CREATE TABLE refused_saves (
    server_id bigint NOT NULL REFERENCES servers,
    content_hash text NOT NULL,
    refused_at timestamptz NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (server_id, content_hash)
);

CREATE TABLE current_saves (
    server_id bigint PRIMARY KEY REFERENCES servers,
    save_id bigint NOT NULL REFERENCES saves
);

CREATE TABLE tribes (
    server_id bigint NOT NULL REFERENCES servers,
    tribe_id bigint NOT NULL,
    name text NOT NULL,
    owner_name text NOT NULL,
    members text[] NOT NULL,
    structures int NOT NULL,
    source text NOT NULL,
    fingerprint bigint NOT NULL,
    PRIMARY KEY (server_id, tribe_id)
);

CREATE TABLE bases (
    id bigint NOT NULL,
    server_id bigint NOT NULL REFERENCES servers,
    tribe_id bigint NOT NULL,
    structures int NOT NULL,
    x double precision NOT NULL,
    y double precision NOT NULL,
    z double precision NOT NULL,
    latitude double precision,
    longitude double precision,
    hull double precision[] NOT NULL,
    tiers jsonb NOT NULL,
    first_decay_at timestamptz,
    last_decay_at timestamptz,
    explanation text NOT NULL,
    fingerprint bigint NOT NULL,
    PRIMARY KEY (server_id, id)
);
CREATE INDEX bases_by_decay ON bases (server_id, first_decay_at);
CREATE SEQUENCE base_ids;

-- Which structures a base has, as sorted 64-bit fingerprints: how its id survives from save to save.
CREATE TABLE base_members (
    server_id bigint NOT NULL REFERENCES servers,
    base_id bigint NOT NULL,
    structures bigint[] NOT NULL,
    PRIMARY KEY (server_id, base_id)
);
