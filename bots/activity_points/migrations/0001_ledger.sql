-- A double-entry ledger that only grows. Every point comes from an account and goes to an account; what a player may
-- spend is guarded here, whatever the program above does.

CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL REFERENCES public.communities,
    kind text NOT NULL CHECK (kind IN ('player', 'system')),
    owner text NOT NULL,
    name text NOT NULL,
    balance bigint NOT NULL DEFAULT 0,
    UNIQUE (guild_id, kind, owner),
    UNIQUE (guild_id, id),
    CONSTRAINT players_spend_what_they_have CHECK (kind = 'system' OR balance >= 0),
    -- ids of zero are what the game writes for players it cannot name: one wallet for many
    CONSTRAINT accounts_have_an_owner CHECK (btrim(owner, '0 ') <> '' AND lower(owner) NOT IN ('null', 'name:'))
);
CREATE INDEX accounts_by_balance ON accounts (guild_id, balance DESC, id) WHERE kind = 'player';

CREATE TABLE transactions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    guild_id bigint NOT NULL REFERENCES public.communities,
    dedupe_key text NOT NULL,
    at timestamptz NOT NULL,
    rule text NOT NULL,
    -- who paid, for payments between members
    payer_id bigint,
    -- evidence: the event that earned it
    server_id bigint REFERENCES public.servers,
    seq bigint,
    text text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (guild_id, dedupe_key),
    UNIQUE (guild_id, id),
    FOREIGN KEY (guild_id, payer_id) REFERENCES accounts (guild_id, id),
    CHECK ((server_id IS NULL) = (seq IS NULL)),
    CHECK ((rule = 'pay') = (payer_id IS NOT NULL))
);
CREATE INDEX transactions_by_time ON transactions (guild_id, at);

CREATE TABLE entries (
    guild_id bigint NOT NULL,
    transaction_id bigint NOT NULL,
    account_id bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0),
    -- nobody is on both sides of a transaction
    PRIMARY KEY (transaction_id, account_id),
    FOREIGN KEY (guild_id, transaction_id) REFERENCES transactions (guild_id, id),
    FOREIGN KEY (guild_id, account_id) REFERENCES accounts (guild_id, id)
);
CREATE INDEX entries_by_account ON entries (account_id, transaction_id DESC);

CREATE FUNCTION move_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activity_points.accounts a
    SET balance = a.balance + moved.amount
    FROM (SELECT account_id, sum(amount) AS amount FROM added GROUP BY account_id) moved
    WHERE a.id = moved.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_move_balances AFTER INSERT ON entries
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION move_balances();

-- Looked at when the transaction of the database ends: by then both sides are there.
CREATE FUNCTION check_transaction(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    total numeric;
    sides bigint;
    is_payment boolean;
    paid bigint;
BEGIN
    SELECT coalesce(sum(e.amount), 0), count(e.amount), bool_or(t.payer_id IS NOT NULL),
        coalesce(min(e.amount) FILTER (WHERE e.account_id = t.payer_id), 0)
    INTO total, sides, is_payment, paid
    FROM activity_points.transactions t LEFT JOIN activity_points.entries e ON e.transaction_id = t.id
    WHERE t.id = checked;
    IF total <> 0 OR sides < 2 THEN
        RAISE EXCEPTION 'transaction % does not balance: % over % entries', checked, total, sides
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transactions_balance';
    END IF;
    IF is_payment AND paid >= 0 THEN
        RAISE EXCEPTION 'the payer of transaction % would receive %', checked, paid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payers_pay';
    END IF;
END $$;
CREATE FUNCTION check_added_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM activity_points.check_transaction(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION check_added_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM activity_points.check_transaction(NEW.transaction_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER transactions_balance AFTER INSERT ON transactions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_added_transaction();
-- an entry added to a transaction of the past is looked at as well
CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT ON entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_added_entry();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% only grows: write a transaction that sets it right', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER transactions_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON transactions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entries_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
