-- What a save is worth, whether what cannot be undone may be decided from it (feeds), whether its columns are still kept on disk, and who took it in spite of the verdict.
ALTER TABLE saves
    ADD COLUMN verdict text NOT NULL DEFAULT 'good' CHECK (verdict IN ('good', 'suspect', 'bad')),
    ADD COLUMN reason text NOT NULL DEFAULT '',
    ADD COLUMN feeds boolean NOT NULL DEFAULT true,
    ADD COLUMN facts jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN columns_bytes bigint,
    ADD COLUMN accepted_at timestamptz,
    ADD COLUMN accepted_by text NOT NULL DEFAULT '';
CREATE INDEX saves_newest ON saves (server_id, decoded_at DESC, id DESC);

-- A class is a long text, and a server has some hundreds of them on a million structures.
CREATE TABLE structure_classes (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

-- The structures of each server's save in use: as much of them as is looked for; the rest is in the save's columns.
CREATE TABLE structures (
    server_id bigint NOT NULL REFERENCES servers,
    identity bigint NOT NULL,
    class_id int NOT NULL,
    tribe_id bigint NOT NULL,
    base_id bigint,
    x real,
    y real,
    z real,
    decays_at timestamptz,
    PRIMARY KEY (server_id, identity)
);
CREATE INDEX structures_by_base ON structures (server_id, tribe_id, base_id);

-- What shows that a file of fingerprints is of the rows that are stored.
CREATE TABLE structure_states (
    server_id bigint PRIMARY KEY REFERENCES servers,
    structures bigint NOT NULL,
    checksum bigint NOT NULL
);

-- What became of bases from save to save. other_base_id: the base it was merged into, or split from.
CREATE TABLE base_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    server_id bigint NOT NULL REFERENCES servers,
    save_id bigint NOT NULL REFERENCES saves,
    base_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    kind text NOT NULL,
    tribe_id bigint NOT NULL,
    other_base_id bigint,
    structures_before int NOT NULL,
    structures int NOT NULL,
    structures_shared int NOT NULL
);
CREATE INDEX base_events_by_base ON base_events (server_id, base_id, id);
CREATE INDEX base_events_by_time ON base_events (server_id, occurred_at, id);

-- How its owners call a base. It stays with the base's id, and goes on to the base that it is merged into.
CREATE TABLE base_names (
    server_id bigint NOT NULL REFERENCES servers,
    base_id bigint NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    named_by text NOT NULL,
    named_at timestamptz NOT NULL,
    PRIMARY KEY (server_id, base_id)
);
