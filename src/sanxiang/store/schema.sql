-- The record: events, numbers, the outbox and the ledger. PostgreSQL 15 or later, no extension.
--
-- Run once by the owner role through sanxiang.store.schema.install, which puts the names of the other roles in place
-- of :"web", :"portal" and :"sequencer". Nobody writes these tables but the functions below and the sequencer; what
-- is written is never changed, not even by the owner.
--
-- Refusals carry an SQLSTATE of class SX; sanxiang.store.errors names them.

CREATE SCHEMA record;
CREATE SCHEMA keyring;
REVOKE ALL ON SCHEMA record, keyring FROM PUBLIC;

-- ── what kind of cluster this is ─────────────────────────────────────────────────────────────────────────────────

CREATE TABLE record.cluster (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    demo    boolean NOT NULL,
    origin  text NOT NULL CHECK (origin <> '' AND origin !~ '[[:space:]+]' AND (NOT demo OR origin ~ 'demo'))
);
COMMENT ON TABLE record.cluster IS
    'Set once and for ever: whether this is a demonstration, where the clock may be moved, and its ledger''s origin.';

-- ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE record.stream (
    id    uuid PRIMARY KEY,
    kind  text NOT NULL CHECK (kind <> ''),
    UNIQUE (kind, id)
);

CREATE TABLE record.event (
    pos          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           uuid NOT NULL UNIQUE,
    stream       uuid NOT NULL,
    seq          integer NOT NULL,
    kind         text NOT NULL,
    recorded_at  timestamptz NOT NULL,
    body         bytea NOT NULL,
    salt         bytea NOT NULL,
    entry        bytea NOT NULL,
    sealed       bytea,
    UNIQUE (stream, seq)
) WITH (toast_tuple_target = 8160);
COMMENT ON COLUMN record.event.body IS 'Canonical bytes; everything but the sealed facts, which it names by commitment.';
COMMENT ON COLUMN record.event.entry IS 'What the public ledger holds: commitments to salt and body, nothing else.';
COMMENT ON COLUMN record.event.sealed IS 'Sealed facts, encrypted with the key of the stream in keyring.subject_key.';

-- What kind of cluster this is, is said before anything is recorded.
CREATE FUNCTION record.found_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM record.event) THEN
        RAISE EXCEPTION USING ERRCODE = 'SX017', MESSAGE = '库中已有记录，不能再改变其性质';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER found_first BEFORE INSERT ON record.cluster FOR EACH ROW EXECUTE FUNCTION record.found_first();

-- ── outbox and ledger ────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE record.pending (
    event_pos  bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE record.leaf (
    log_index  bigint PRIMARY KEY CHECK (log_index >= 0),
    event_pos  bigint NOT NULL UNIQUE
);

CREATE TABLE record.tile (
    level  smallint NOT NULL,
    n      bigint NOT NULL,
    width  smallint NOT NULL CHECK (width BETWEEN 1 AND 256),
    data   bytea NOT NULL CHECK (octet_length(data) = width * 32),
    PRIMARY KEY (level, n)
);
ALTER TABLE record.tile ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE record.log_state (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    size  bigint NOT NULL CHECK (size >= 0),
    root  bytea NOT NULL CHECK (octet_length(root) = 32),
    at    timestamptz NOT NULL
);
INSERT INTO record.log_state (size, root, at) VALUES (0, sha256(''), 'epoch');

CREATE TABLE record.checkpoint (
    size  bigint PRIMARY KEY,
    root  bytea NOT NULL,
    note  text NOT NULL,
    at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE record.series (
    series  text NOT NULL CHECK (series <> ''),
    year    integer NOT NULL CHECK (year BETWEEN 1949 AND 9999),
    last    integer NOT NULL CHECK (last > 0),
    PRIMARY KEY (series, year)
);

CREATE TABLE record.number (
    series    text NOT NULL,
    year      integer NOT NULL,
    n         integer NOT NULL CHECK (n > 0),
    text      text NOT NULL UNIQUE,
    stream    uuid NOT NULL,
    event_id  uuid NOT NULL,
    PRIMARY KEY (series, year, n)
);
CREATE INDEX number_event ON record.number (event_id);

CREATE TABLE record.passed_review (
    event_id  uuid PRIMARY KEY REFERENCES record.event (id),
    stream    uuid NOT NULL,
    bound     text[] NOT NULL,
    UNIQUE (event_id, stream, bound)
);

CREATE TABLE record.decision_number (
    series      text NOT NULL,
    year        integer NOT NULL,
    n           integer NOT NULL,
    event_id    uuid NOT NULL UNIQUE REFERENCES record.event (id),
    stream      uuid NOT NULL,
    review      uuid,
    review_due  boolean NOT NULL,
    bound       text[] NOT NULL,
    PRIMARY KEY (series, year, n),
    FOREIGN KEY (series, year, n) REFERENCES record.number,
    FOREIGN KEY (review, stream, bound) REFERENCES record.passed_review (event_id, stream, bound),
    CONSTRAINT reviewed_where_due CHECK (NOT review_due OR review IS NOT NULL)
);
COMMENT ON TABLE record.decision_number IS
    '决定文号. Where legal review is due it points at a passed review of the same case, bound to the same draft.';

-- ── keys of sealed facts, apart from the record so that a backup can leave them out ──────────────────────────────

CREATE TABLE keyring.subject_key (
    subject  uuid PRIMARY KEY,
    wrapped  bytea NOT NULL
);

CREATE TABLE record.destroyed_key (
    subject  uuid PRIMARY KEY,
    because  uuid NOT NULL REFERENCES record.event (id),
    at       timestamptz NOT NULL
);
COMMENT ON TABLE record.destroyed_key IS
    'Keys lawfully destroyed, kept with the record: a key that comes back with an old backup is destroyed again.';

-- ── never changed ────────────────────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION record.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'SX016',
        MESSAGE = format('%s.%s 只能追加，不能%s', tg_table_schema, tg_table_name,
            CASE tg_op WHEN 'UPDATE' THEN '修改' WHEN 'DELETE' THEN '删除' WHEN 'TRUNCATE' THEN '清空' ELSE '写入' END);
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['cluster', 'stream', 'event', 'leaf', 'checkpoint', 'number', 'passed_review',
                                'decision_number', 'destroyed_key']
    LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.%I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_change()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['record.tile', 'record.log_state', 'record.series']
    LOOP
        EXECUTE format('CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON %s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_change()', name);
    END LOOP;
END $$;

CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON record.pending
    FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR TRUNCATE ON keyring.subject_key
    FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_change();

-- A tile only grows, the log only grows, a series counts one by one.
CREATE TRIGGER grows BEFORE UPDATE ON record.tile FOR EACH ROW
    WHEN (new.level <> old.level OR new.n <> old.n OR new.width < old.width
          OR substring(new.data FROM 1 FOR octet_length(old.data)) <> old.data)
    EXECUTE FUNCTION record.refuse_change();
CREATE TRIGGER grows BEFORE UPDATE ON record.log_state FOR EACH ROW
    WHEN (new.size < old.size OR new.at < old.at OR (new.size = old.size AND new.root <> old.root))
    EXECUTE FUNCTION record.refuse_change();
CREATE TRIGGER counts BEFORE UPDATE ON record.series FOR EACH ROW
    WHEN (new.series <> old.series OR new.year <> old.year OR new.last <> old.last + 1)
    EXECUTE FUNCTION record.refuse_change();
CREATE TRIGGER starts BEFORE INSERT ON record.series FOR EACH ROW
    WHEN (new.last <> 1) EXECUTE FUNCTION record.refuse_change();

-- They hold even where a session calls itself a replica.
DO $$
DECLARE
    held record;
BEGIN
    FOR held IN SELECT tgname, tgrelid::regclass AS place FROM pg_trigger
                WHERE tgfoid = 'record.refuse_change'::regproc AND NOT tgisinternal
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', held.place, held.tgname);
    END LOOP;
END $$;

-- Every event enters the outbox, and leaves it only as a leaf.
CREATE FUNCTION record.into_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO record.pending VALUES (new.pos);
    RETURN new;
END $$;
CREATE TRIGGER outbox BEFORE INSERT ON record.event FOR EACH ROW EXECUTE FUNCTION record.into_outbox();

CREATE FUNCTION record.out_of_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM gone g
               WHERE (SELECT count(*) FROM record.leaf l WHERE l.event_pos = g.event_pos) = 0) THEN
        RAISE EXCEPTION USING ERRCODE = 'SX016', MESSAGE = '尚未进入账本的记录不能移出待编号队列';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER outbox AFTER DELETE ON record.pending REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION record.out_of_outbox();

-- ── append ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- Locks that order an act against changes of the registers it relied on: exclusive on the own stream, shared on the
-- guards, taken in one order. 1,024 slots bound what one import can hold; two streams in one slot only wait.
-- Case streams need none: the unique (stream, seq) orders them, and nothing may guard on a case.
CREATE FUNCTION record.lock(p_own uuid, p_guards uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT hashtextextended(s.id::text, 0)::bit(10)::integer AS slot, bool_or(s.own) AS own
        FROM (SELECT p_own AS id, true AS own WHERE p_own IS NOT NULL
              UNION ALL SELECT g, false FROM unnest(p_guards) AS g) AS s
        GROUP BY slot ORDER BY slot
    LOOP
        IF wanted.own THEN
            PERFORM pg_advisory_xact_lock(21336, wanted.slot);
        ELSE
            PERFORM pg_advisory_xact_lock_shared(21336, wanted.slot);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION record.check_guards(p_guards uuid[], p_versions integer[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    moved record;
BEGIN
    SELECT g.stream, g.version, s.kind, coalesce(h.seq, 0) AS seq INTO moved
    FROM unnest(p_guards, p_versions) AS g (stream, version)
    LEFT JOIN record.stream s ON s.id = g.stream
    LEFT JOIN LATERAL (SELECT e.seq FROM record.event e WHERE e.stream = g.stream ORDER BY e.seq DESC LIMIT 1) h ON true
    WHERE coalesce(h.seq, 0) IS DISTINCT FROM g.version OR s.kind = 'case'
    LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    ELSIF moved.kind = 'case' THEN
        RAISE EXCEPTION USING ERRCODE = 'SX003', MESSAGE = '案件不能作为他案的前提', DETAIL = moved.stream::text;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'SX002', MESSAGE = '所依据的登记信息刚刚有变动，请重新核对', DETAIL = moved.stream::text;
END $$;

-- Those who handled the case must not review it (办审分离).
CREATE FUNCTION record.check_reviewer(p_stream uuid, p_doc jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    reviewers  text[] := ARRAY(SELECT jsonb_array_elements_text(coalesce(p_doc #> '{payload,officers}', '[]')))
                         || (p_doc #>> '{actor,officer}');
BEGIN
    IF coalesce(p_doc #>> '{actor,officer}', '') = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'SX014', MESSAGE = '法制审核须由审核人员本人实名作出';
    ELSIF EXISTS (
        SELECT FROM record.event e, LATERAL (SELECT convert_from(e.body, 'UTF8')::jsonb AS doc) b
        WHERE e.stream = p_stream
          AND e.kind IN ('handlers.changed', 'filing.requested', 'activity.done', 'evidence.taken', 'measure.taken',
                         'investigation.concluded', 'draft.changed', 'review.submitted')
          AND (b.doc #> '{payload,officers}' ?| reviewers
               OR (e.kind <> 'handlers.changed' AND b.doc #>> '{actor,officer}' = ANY (reviewers))))
    THEN
        RAISE EXCEPTION USING ERRCODE = 'SX014', MESSAGE = '办理过本案的人员不得审核本案（办案与审核分离）';
    END IF;
END $$;

-- A decision stands on its draft, and where review is due on a passed review of just that draft
-- (Administrative Penalty Law, art. 58). Fills record.decision_number, which nobody else can write.
CREATE FUNCTION record.check_decision(p_stream uuid, p_event uuid, p_payload jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    given   record.number;
    draft   jsonb;
    scope   jsonb;
    last    jsonb;
    bound   jsonb := coalesce(p_payload -> 'bound', '[]');
    due     boolean := coalesce((p_payload ->> 'review_due')::boolean, false);
    review  uuid := nullif(p_payload ->> 'review', '')::uuid;
    texts   text[] := ARRAY(SELECT jsonb_array_elements_text(bound));
BEGIN
    SELECT * INTO given FROM record.number
    WHERE event_id = p_event AND stream = p_stream AND text = p_payload ->> 'number';
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'SX010', MESSAGE = '决定没有在本次办理中取得文号';
    END IF;

    SELECT convert_from(e.body, 'UTF8')::jsonb -> 'payload' INTO draft FROM record.event e
    WHERE e.stream = p_stream AND e.kind IN ('investigation.concluded', 'draft.changed') ORDER BY e.seq DESC LIMIT 1;
    IF draft IS NOT NULL AND coalesce(draft -> 'bound', '[]') <> bound THEN
        RAISE EXCEPTION USING ERRCODE = 'SX012',
            MESSAGE = '决定的事实、证据、依据、处理内容与拟处理意见不一致（行政处罚法第五十七条、第五十八条）';
    END IF;

    IF due THEN
        IF NOT EXISTS (SELECT FROM record.passed_review p
                       WHERE p.event_id = review AND p.stream = p_stream AND p.bound = texts) THEN
            RAISE EXCEPTION USING ERRCODE = 'SX011',
                MESSAGE = '应当法制审核的决定，须有本案同一拟处理意见已经通过的审核（行政处罚法第五十八条）';
        END IF;
        SELECT CASE e.kind WHEN 'review.concluded' THEN jsonb_build_object('review', e.id, 'bound', bound)
                           ELSE convert_from(e.body, 'UTF8')::jsonb -> 'payload' END INTO last
        FROM record.event e
        WHERE e.stream = p_stream AND e.kind IN ('review.concluded', 'review.confirmed')
        ORDER BY e.seq DESC LIMIT 1;
        IF (last ->> 'review')::uuid <> review OR coalesce(last -> 'bound', '[]') <> bound THEN
            RAISE EXCEPTION USING ERRCODE = 'SX012',
                MESSAGE = '所依据的审核之后另有审核结论，原通过的审核不再有效（行政处罚法第五十八条）';
        END IF;
    ELSIF draft IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'SX013',
            MESSAGE = '案件没有拟处理意见，不能确认无须法制审核（行政处罚法第五十七条、第五十八条）';
    END IF;
    -- Whether the draft falls under review: as it was made, or as the last judgement of an open norm left it.
    SELECT convert_from(e.body, 'UTF8')::jsonb -> 'payload' INTO scope FROM record.event e
    WHERE e.stream = p_stream AND e.kind IN ('investigation.concluded', 'draft.changed', 'judgement.answered')
    ORDER BY e.seq DESC LIMIT 1;
    IF NOT due AND coalesce((scope ->> 'review_due')::boolean, false) THEN
        RAISE EXCEPTION USING ERRCODE = 'SX013', MESSAGE = '拟处理意见属于法制审核范围，未经审核不得决定（行政处罚法第五十八条）';
    END IF;

    INSERT INTO record.decision_number
    VALUES (given.series, given.year, given.n, p_event, p_stream, review, due, texts);
END $$;

-- Why a body is not what an event must be: each reason told for itself. Returns where only the clock was moved, in a
-- demonstration.
CREATE FUNCTION record.check_form(p_doc jsonb, p_salt bytea, p_sm3 bytea, p_sealed bytea, p_key bytea) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    taken  timestamptz := p_doc ->> 'recorded_at';
    here   timestamptz := clock_timestamp();
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'SX019', MESSAGE = '追加记录只能在 read committed 事务中进行';
    ELSIF coalesce(p_doc #>> '{actor,name}', '') = '' OR coalesce(p_doc #>> '{actor,agency}', '') = ''
        OR coalesce(p_doc #>> '{actor,post}', '') = ''
    THEN
        RAISE EXCEPTION USING ERRCODE = 'SX006', MESSAGE = '记录须写明经办人的姓名、单位和职务';
    ELSIF taken > here + interval '30 s'
        OR taken < here - interval '30 s' AND NOT EXISTS (SELECT FROM record.cluster WHERE demo)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'SX005', MESSAGE = '记录时间与服务器时间不符';
    ELSIF (record.well_formed(p_doc, p_salt, p_sm3, p_sealed, p_key) AND taken IS NOT NULL) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'SX003', MESSAGE = '记录的内容不完整';
    END IF;
END $$;

CREATE FUNCTION record.well_formed(p_doc jsonb, p_salt bytea, p_sm3 bytea, p_sealed bytea, p_key bytea)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (p_doc ->> 'seq')::integer >= 1 AND ((p_doc ->> 'seq')::integer = 1) = (p_doc ->> 'prev' IS NULL)
        AND (p_doc ->> 'stream') <> '' AND (p_doc ->> 'kind') <> '' AND (p_doc ->> 'occurred_at') <> ''
        AND octet_length(p_salt) = 32 AND coalesce(octet_length(p_sm3), 32) = 32
        AND (p_sealed IS NULL) = (p_doc -> 'sealed' = '{}') AND (p_sealed IS NULL) = (p_key IS NULL)
$$;

-- Why an event does not follow what stands in its stream.
CREATE FUNCTION record.check_place(p_stream uuid, p_seq integer, p_prev text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    before  text;
BEGIN
    SELECT convert_from(substring(e.entry FROM 16 FOR 64), 'UTF8') INTO before
    FROM record.event e WHERE e.stream = p_stream AND e.seq = p_seq - 1;
    IF before IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'SX001', MESSAGE = '这件案卷刚刚被他人更新，请刷新后再办', DETAIL = p_stream::text;
    ELSIF before <> p_prev THEN
        RAISE EXCEPTION USING ERRCODE = 'SX004', MESSAGE = '记录没有接在本案卷的上一条记录之后', DETAIL = p_stream::text;
    END IF;
END $$;

-- The one way in: one event, at the place that its body states. The body must follow the event before it and name its
-- actor in full; the public entry is made here, so that it can hold nothing but commitments. p_sm3 is the SM3 digest of
-- salt and body where the agency is under that rule; p_key the wrapped key that p_sealed was sealed with: it is kept
-- with the first, and must be the kept one ever after. Returns the position of the event.
-- In read committed only: the rechecks must see what others committed. All that is usual is asked in two expressions,
-- for this runs in every act; what does not fit is told by the functions above.
CREATE FUNCTION record.append(
    p_kind text, p_body bytea, p_salt bytea, p_sm3 bytea DEFAULT NULL, p_sealed bytea DEFAULT NULL,
    p_key bytea DEFAULT NULL, p_guards uuid[] DEFAULT NULL, p_versions integer[] DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    doc    jsonb := convert_from(p_body, 'UTF8')::jsonb;
    own    uuid := doc ->> 'stream';
    nth    integer := doc ->> 'seq';
    name   text := doc ->> 'kind';
    place  bigint;
BEGIN
    IF (record.well_formed(doc, p_salt, p_sm3, p_sealed, p_key)
        AND current_setting('transaction_isolation') = 'read committed'
        AND doc #>> '{actor,name}' <> '' AND doc #>> '{actor,agency}' <> '' AND doc #>> '{actor,post}' <> ''
        AND (doc ->> 'recorded_at')::timestamptz
            BETWEEN clock_timestamp() - interval '30 s' AND clock_timestamp() + interval '30 s') IS NOT TRUE
    THEN
        PERFORM record.check_form(doc, p_salt, p_sm3, p_sealed, p_key);
    END IF;
    IF p_kind <> 'case' AND nth > 1 OR p_guards IS NOT NULL THEN
        PERFORM record.lock(CASE WHEN p_kind <> 'case' AND nth > 1 THEN own END, p_guards);
        PERFORM record.check_guards(p_guards, p_versions);
    END IF;
    IF name IN ('review.concluded', 'review.confirmed') THEN
        PERFORM record.check_reviewer(own, doc);
    END IF;

    IF nth = 1 THEN
        INSERT INTO record.stream (id, kind) VALUES (own, p_kind);
    END IF;
    LOOP
        INSERT INTO record.event (id, stream, seq, kind, recorded_at, body, salt, entry, sealed)
        SELECT (doc ->> 'id')::uuid, own, nth, name, (doc ->> 'recorded_at')::timestamptz, p_body, p_salt,
               convert_to(concat('{"commitment":"', encode(sha256(p_salt || p_body), 'hex'),
                                 '","sm3":"' || encode(p_sm3, 'hex'), '","v":1}'), 'UTF8'), p_sealed
        WHERE (nth = 1 OR EXISTS (SELECT FROM record.event e WHERE e.stream = own AND e.seq = nth - 1
                                  AND substring(e.entry FROM 16 FOR 64) = convert_to(doc ->> 'prev', 'UTF8')))
          AND (p_key IS NULL
               OR EXISTS (SELECT FROM keyring.subject_key k WHERE k.subject = own AND k.wrapped = p_key))
        RETURNING pos INTO place;
        EXIT WHEN place IS NOT NULL;
        IF nth > 1 THEN
            PERFORM record.check_place(own, nth, doc ->> 'prev');
        END IF;
        PERFORM keyring.keep(own, p_key);
    END LOOP;

    IF name = 'review.concluded' AND (doc #>> '{payload,passes}')::boolean THEN
        INSERT INTO record.passed_review VALUES ((doc ->> 'id')::uuid, own,
            ARRAY(SELECT jsonb_array_elements_text(coalesce(doc #> '{payload,bound}', '[]'))));
    -- One that was reported with what it breaks has no number of ours; any other is checked.
    ELSIF name IN ('decision.made', 'decision.refused') AND (
        coalesce(doc #>> '{payload,number}', '') <> '' OR coalesce(doc -> 'breaches', '[]') = '[]')
    THEN
        PERFORM record.check_decision(own, (doc ->> 'id')::uuid, doc -> 'payload');
    END IF;
    RETURN place;
END $$;

-- ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────

-- The next number of a series, held by a row lock until the end of the transaction, so that a rollback leaves no gap.
-- p_form is the text of the number with {year} and {n}. It belongs to one event, which must be appended in this
-- transaction and say the number.
CREATE FUNCTION record.allocate(p_series text, p_year integer, p_form text, p_stream uuid, p_event uuid,
                                OUT n integer, OUT text text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF strpos(p_form, '{n}') = 0 OR strpos(p_form, '{year}') = 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'SX003', MESSAGE = '文号格式须含年份和顺序号';
    END IF;
    INSERT INTO record.series AS s (series, year, last) VALUES (p_series, p_year, 1)
    ON CONFLICT (series, year) DO UPDATE SET last = s.last + 1 RETURNING last INTO n;
    text := replace(replace(p_form, '{year}', p_year::text), '{n}', n::text);
    INSERT INTO record.number VALUES (p_series, p_year, n, text, p_stream, p_event);
END $$;

CREATE FUNCTION record.number_is_used() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM record.event e WHERE e.id = new.event_id AND e.stream = new.stream
        AND (e.kind NOT IN ('decision.made', 'decision.refused')
             OR EXISTS (SELECT FROM record.decision_number d WHERE d.event_id = e.id))
        AND jsonb_path_exists(convert_from(e.body, 'UTF8')::jsonb -> 'payload', '$.** ? (@ == $text)',
                              jsonb_build_object('text', new.text)))
    THEN
        RAISE EXCEPTION USING ERRCODE = 'SX015', MESSAGE = format('文号 %s 没有用于记录，不能空占', new.text);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER used AFTER INSERT ON record.number DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION record.number_is_used();

-- ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Keeps the key of a stream with its first sealed event. Another than the kept one is refused, and any for a stream
-- whose key was destroyed.
CREATE FUNCTION keyring.keep(p_subject uuid, p_key bytea) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF p_key IS NULL OR EXISTS (SELECT FROM keyring.subject_key WHERE subject = p_subject)
        OR EXISTS (SELECT FROM record.destroyed_key WHERE subject = p_subject)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'SX018', MESSAGE = '密钥已更换或者已依法销毁，不能再封存内容';
    END IF;
    INSERT INTO keyring.subject_key VALUES (p_subject, p_key);
END $$;

-- Destroys the key of a stream's sealed facts; p_because is the event in that stream that says why and by whom.
CREATE FUNCTION keyring.destroy(p_subject uuid, p_because uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM record.event e WHERE e.id = p_because AND e.stream = p_subject) THEN
        RAISE EXCEPTION USING ERRCODE = 'SX018', MESSAGE = '销毁须先有载明依据和批准人的记录';
    END IF;
    INSERT INTO record.destroyed_key VALUES (p_subject, p_because, clock_timestamp()) ON CONFLICT DO NOTHING;
    RETURN keyring.destroy_again() > 0;
END $$;

-- Takes away the keys that were destroyed and came back with a backup; returns how many.
CREATE FUNCTION keyring.destroy_again() RETURNS bigint LANGUAGE sql AS $$
    WITH gone AS (
        DELETE FROM keyring.subject_key k USING record.destroyed_key d WHERE d.subject = k.subject RETURNING 1
    ) SELECT count(*) FROM gone
$$;

CREATE FUNCTION keyring.lawfully() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM record.destroyed_key d WHERE d.subject = old.subject) THEN
        RAISE EXCEPTION USING ERRCODE = 'SX018', MESSAGE = '销毁须先有载明依据和批准人的记录';
    END IF;
    RETURN old;
END $$;
CREATE TRIGGER lawfully BEFORE DELETE ON keyring.subject_key FOR EACH ROW EXECUTE FUNCTION keyring.lawfully();

-- ── who may do what ──────────────────────────────────────────────────────────────────────────────────────────────

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA record, keyring FROM PUBLIC;

GRANT USAGE ON SCHEMA record, keyring TO :"web";
GRANT SELECT ON ALL TABLES IN SCHEMA record, keyring TO :"web";
GRANT EXECUTE ON FUNCTION record.append, record.allocate, keyring.destroy TO :"web";

GRANT USAGE ON SCHEMA record TO :"sequencer";
GRANT SELECT ON record.cluster, record.pending, record.leaf, record.tile, record.log_state, record.checkpoint
    TO :"sequencer";
GRANT SELECT (pos, salt, body, entry) ON record.event TO :"sequencer";
GRANT DELETE ON record.pending TO :"sequencer";
GRANT INSERT ON record.leaf, record.tile, record.checkpoint TO :"sequencer";
GRANT UPDATE ON record.tile, record.log_state TO :"sequencer";
