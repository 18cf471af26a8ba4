-- The event log in one table per month of recording (docs/decisions/0010). Rows that exist become the first part as
-- they are; nothing is copied. Numbers stay unique: each part has its key, and the writer takes them from servers.last_seq.
ALTER TABLE game_events RENAME TO game_events_first;
ALTER TABLE game_events_first RENAME CONSTRAINT game_events_pkey TO game_events_first_pkey;
ALTER INDEX game_events_by_kind RENAME TO game_events_first_by_kind;

CREATE TABLE game_events (
    server_id bigint NOT NULL REFERENCES servers,
    seq bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    data jsonb NOT NULL,
    raw text NOT NULL,
    source text NOT NULL
) PARTITION BY RANGE (recorded_at);
CREATE INDEX game_events_by_kind ON game_events (server_id, kind, occurred_at);

-- A part holds what was recorded from begins_at until before ends_at, in UTC.
CREATE TABLE event_months (
    part text PRIMARY KEY,
    begins_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > begins_at)
);

-- Make the parts that are missing from now up to an instant, and return how many those were. Safe when many call it.
CREATE FUNCTION add_event_months(upto timestamptz) RETURNS int LANGUAGE plpgsql
SET search_path = public SET timezone = 'UTC' AS $$
DECLARE
    wanted timestamptz[] := array(
        SELECT m FROM generate_series(date_trunc('month', now()), upto, interval '1 month') AS m
        WHERE NOT EXISTS (SELECT FROM event_months e WHERE e.begins_at <= m AND e.ends_at > m)
    );
    month timestamptz;
    part text;
    made int := 0;
BEGIN
    IF wanted = '{}' THEN
        RETURN 0;
    END IF;
    LOCK TABLE event_months IN SHARE ROW EXCLUSIVE MODE;
    FOREACH month IN ARRAY wanted LOOP
        CONTINUE WHEN EXISTS (SELECT FROM event_months e WHERE e.begins_at <= month AND e.ends_at > month);
        part := 'game_events_' || to_char(month, 'YYYY_MM');
        EXECUTE format('CREATE TABLE %I (LIKE game_events INCLUDING DEFAULTS, PRIMARY KEY (server_id, seq))', part);
        -- attached, and not made in place: that locks out nobody who reads or writes the others
        EXECUTE format(
            'ALTER TABLE game_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            part, month, month + interval '1 month'
        );
        INSERT INTO event_months VALUES (part, month, month + interval '1 month');
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

-- Remove the parts that ended before an instant, and return how many those were. A part that a reader has not read to
-- its end stays, unless the reader has stood still for longer than anybody repairs it.
CREATE FUNCTION drop_event_months(before timestamptz, given_up interval) RETURNS int LANGUAGE plpgsql
SET search_path = public AS $$
DECLARE
    month event_months;
    is_needed boolean;
    dropped int := 0;
BEGIN
    FOR month IN SELECT * FROM event_months m WHERE m.ends_at <= before ORDER BY m.ends_at LOOP
        EXECUTE format(
            'SELECT EXISTS (
                SELECT FROM event_cursors c
                CROSS JOIN LATERAL (
                    SELECT e.seq FROM %I e WHERE e.server_id = c.server_id ORDER BY e.seq DESC LIMIT 1
                ) AS last
                WHERE c.seq < last.seq AND c.moved_at > now() - $1
            )', month.part
        ) INTO is_needed USING given_up;
        EXIT WHEN is_needed;
        EXECUTE format('DROP TABLE %I', month.part);
        DELETE FROM event_months m WHERE m.part = month.part;
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;

ALTER TABLE event_cursors ADD COLUMN moved_at timestamptz NOT NULL DEFAULT now();

DO $$
DECLARE
    next_month timestamptz := (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
    -- from the beginning of time: a clock that is set back finds its part
    EXECUTE format(
        'ALTER TABLE game_events ATTACH PARTITION game_events_first FOR VALUES FROM (MINVALUE) TO (%L)', next_month
    );
    INSERT INTO event_months VALUES ('game_events_first', '-infinity', next_month);
    PERFORM add_event_months(now() + interval '2 months');
END
$$;
