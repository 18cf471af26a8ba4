-- Tickets, who is in them, every message of their threads, and where their transcripts went.

CREATE TABLE counters (
    guild_id bigint PRIMARY KEY REFERENCES public.communities,
    last_number int NOT NULL DEFAULT 0
);

CREATE TABLE tickets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL REFERENCES public.communities,
    number int NOT NULL CHECK (number > 0),
    -- the form that was sent in: sent twice, it opens one ticket
    form_key bigint NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('help', 'report', 'lost', 'appeal')),
    opener_id bigint NOT NULL,
    opener_name text NOT NULL,
    subject text NOT NULL,
    server_name text NOT NULL,
    happened text NOT NULL,
    body text NOT NULL,
    opened_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('opening', 'opened', 'claimed', 'closed')),
    waits_on text NOT NULL CHECK (waits_on IN ('staff', 'player')),
    waits_since timestamptz NOT NULL,
    claimed_by bigint,
    claimed_name text,
    closed_at timestamptz,
    closed_name text,
    close_reason text,
    closings int NOT NULL DEFAULT 0,
    -- the closing after which the thread was read to its end, and locked
    put_away int NOT NULL DEFAULT 0,
    rating smallint CHECK (rating BETWEEN 1 AND 5),
    thread_id bigint UNIQUE,
    -- somebody asked Discord for a thread: it may be there although thread_id is not
    thread_asked_at timestamptz,
    -- every message up to this one has been read
    read_upto bigint NOT NULL DEFAULT 0,
    -- the newest message that moved the court
    heard_upto bigint NOT NULL DEFAULT 0,
    version int NOT NULL,
    shown_version int NOT NULL DEFAULT 0,
    UNIQUE (guild_id, number),
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK (state NOT IN ('opened', 'claimed') OR thread_id IS NOT NULL),
    CHECK (state <> 'claimed' OR claimed_by IS NOT NULL)
);
CREATE UNIQUE INDEX tickets_one_open_per_kind ON tickets (guild_id, opener_id, kind) WHERE state <> 'closed';
CREATE INDEX tickets_behind ON tickets (id) WHERE version > shown_version;

CREATE TABLE people (
    ticket_id bigint NOT NULL REFERENCES tickets,
    member_id bigint NOT NULL,
    role text NOT NULL CHECK (role IN ('opener', 'player', 'staff')),
    -- to_add and to_remove are what Discord has still to be told
    state text NOT NULL CHECK (state IN ('to_add', 'in', 'refused', 'to_remove', 'out')),
    PRIMARY KEY (ticket_id, member_id)
);

CREATE TABLE messages (
    message_id bigint PRIMARY KEY,
    ticket_id bigint NOT NULL REFERENCES tickets,
    author_id bigint NOT NULL,
    author_name text NOT NULL,
    content text NOT NULL,
    reply_to bigint,
    sent_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz
);
CREATE INDEX messages_of_ticket ON messages (ticket_id, message_id);

-- What a message said before it was edited.
CREATE TABLE message_versions (
    message_id bigint NOT NULL REFERENCES messages,
    number int NOT NULL,
    content text NOT NULL,
    replaced_at timestamptz NOT NULL,
    PRIMARY KEY (message_id, number)
);

CREATE TABLE attachments (
    attachment_id bigint PRIMARY KEY,
    message_id bigint NOT NULL REFERENCES messages,
    ticket_id bigint NOT NULL REFERENCES tickets,
    name text NOT NULL,
    content_type text NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    state text NOT NULL CHECK (state IN ('pending', 'kept', 'refused')),
    sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    problem text NOT NULL DEFAULT '',
    CHECK ((state = 'kept') = (sha256 IS NOT NULL))
);
CREATE INDEX attachments_of_ticket ON attachments (ticket_id, attachment_id);

-- The transcript of each closing, on its way to staff and to who opened the ticket.
CREATE TABLE deliveries (
    ticket_id bigint NOT NULL REFERENCES tickets,
    closing int NOT NULL,
    target text NOT NULL CHECK (target IN ('opener', 'staff')),
    state text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'refused')),
    sending_at timestamptz,
    message_id bigint,
    problem text NOT NULL DEFAULT '',
    PRIMARY KEY (ticket_id, closing, target)
);
CREATE INDEX deliveries_waiting ON deliveries (ticket_id) WHERE state = 'waiting';
