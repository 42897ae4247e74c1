"""A desk's database of any size, written by PostgreSQL itself: cases as an institute of some years has them.

What a report says follows Zipf's law, as words do: the commonest stands in one text of three, most words in some
hundreds of a million. What is open is new but for some stragglers. Nothing of it is a person's.
"""

from __future__ import annotations

import random
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import Connection

from sidecar.domain.folding import words
from sidecar.store.database import Database
from tests.worlds import NOON, SITE

COMMON: Final = ("الصوت", "القاعة", "الشهادة", "المدرب", "الدخول", "مشكلة", "المنصة", "الدورة", "الرابط", "التسجيل")
_LETTERS: Final = "بتجحدرزسشصطعفقكلمنهوي"
_VOCABULARY: Final = 4000
_FIRST: Final = (
    "أحمد", "نورة", "محمد", "سارة", "عبدالله", "فاطمة", "خالد", "مها", "فهد", "ريم", "سعود", "هند", "تركي", "لمى",
    "بندر", "أمل", "ماجد", "عبير", "نايف", "دانة", "راكان", "جواهر", "يزيد", "شهد", "وليد", "أسماء", "زياد", "غادة",
    "طلال", "منى",
)  # fmt: skip
_EVERY: Final = 90  # seconds from one case to the next
_NATURE: Final = """(CASE WHEN d < 45 THEN 'room_incident' WHEN d < 70 THEN 'support_request'
  WHEN d < 85 THEN 'certificate_gap' WHEN d < 90 THEN 'complaint' WHEN d < 92 THEN 'suggestion' ELSE 'inquiry' END)"""


def word(number: int) -> str:
    """A word of the vocabulary, the commonest first; from the hundredth on they are made up."""
    if number < len(COMMON):
        return COMMON[number]
    dice = random.Random(number)
    return "".join(dice.choice(_LETTERS) for _ in range(dice.randint(4, 7)))


def family(number: int) -> str:
    """A family's name, of three hundred."""
    return "ال" + word(5000 + number)


def name_of(person: int) -> str:
    """What the person of this number is called."""
    return f"{_FIRST[person % len(_FIRST)]} {family(person // len(_FIRST) % 300)}"


def phone_of(person: int) -> str:
    """The last nine digits of this person's telephone."""
    return f"5{(person * 7919) % 100_000_000:08d}"


def fill(database: Database, many: int, *, open_cases: int) -> None:
    """Write `many` cases with all that hangs on them; without its indexes while it grows, which halves the time."""
    with database.write() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))  # no look-up of each foreign key
        conn.execute(text("SELECT setseed(0.42)"))
        indexes = _without_indexes(conn)
        _words(conn)
        for statement in _statements(many, open_cases):
            conn.exec_driver_sql(statement.replace("%", "%%"))  # psycopg would read it as a place for a value
        for one in indexes:
            conn.exec_driver_sql(one)
        conn.exec_driver_sql("DROP TABLE bench_words, bench_people, bench_cases, bench_reports")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM ANALYZE")


def _without_indexes(conn: Connection) -> list[str]:
    found = conn.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'ix\\_%'"
            " AND tablename IN ('cases', 'case_reports', 'reports', 'events', 'clocks', 'search_keys', 'facts')"
        )
    ).all()
    for row in found:
        conn.exec_driver_sql(f'DROP INDEX "{row.indexname}"')
    return [row.indexdef for row in found]


def _words(conn: Connection) -> None:
    conn.exec_driver_sql("CREATE UNLOGGED TABLE bench_words (n int PRIMARY KEY, said text, folded text)")
    rows = [{"n": one, "said": word(one), "folded": next(words(word(one)))} for one in range(_VOCABULARY)]
    conn.execute(text("INSERT INTO bench_words VALUES (:n, :said, :folded)"), rows)
    people = [{"n": one, "name": name_of(one), "keys": list(words(name_of(one)))} for one in range(len(_FIRST) * 300)]
    conn.exec_driver_sql("CREATE UNLOGGED TABLE bench_people (n int PRIMARY KEY, name text, keys text[])")
    conn.execute(text("INSERT INTO bench_people VALUES (:n, :name, :keys)"), people)


def _statements(many: int, open_cases: int) -> list[str]:
    now = f"timestamptz '{NOON.isoformat()}'"
    old = max(2, round(many / (0.1 * open_cases)))  # one in so many of the old ones is open still
    people = max(100, many // 5)
    return [
        # What is drawn is drawn once: a volatile expression in a CASE would be drawn anew for each branch.
        f"""CREATE UNLOGGED TABLE bench_cases AS
        SELECT n AS id, {_NATURE} AS kind, p, x, y, z, {now} - make_interval(secs => ({many} - n) * {_EVERY}) AS at,
          n > {many} - {round(open_cases * 0.9)} OR n % {old} = 0 AS is_open
        FROM (SELECT n, (random() * 100)::int AS d, (random() * {people - 1})::int AS p, random() AS x,
              random() AS y, random() AS z FROM generate_series(1, {many}) n) drawn""",
        # A case of a room gathers several people's reports, every third of them.
        """CREATE UNLOGGED TABLE bench_reports AS
        SELECT md5(b.id || '-' || k)::uuid AS key, b.id AS case_id, b.kind, b.at, k, b.x,
          CASE WHEN k = 1 THEN p ELSE (random() * 1000)::int END AS p,
          (1000000000 + b.id * 6 + k)::text AS reference, said.text, said.folded
        FROM bench_cases b
        CROSS JOIN LATERAL generate_series(1, CASE WHEN b.kind = 'room_incident' AND b.z < 0.33 THEN 4 ELSE 1 END) k
        LEFT JOIN LATERAL (
          SELECT string_agg(w.said, ' ') AS text, array_agg(DISTINCT w.folded) AS folded
          FROM (SELECT (exp(random() * ln(4000)) - 1)::int AS n FROM generate_series(1, 8 + b.id % 2 * 0) WHERE k = 1) t
          JOIN bench_words w USING (n)
        ) said ON b.kind <> 'room_incident'""",
        f"""INSERT INTO people (site_id, person_id, name, phone, locale, role, seen_at)
        SELECT '{SITE}', 'p' || n, (SELECT name FROM bench_people b WHERE b.n = s.n % 9000),
          '+9665' || lpad(((n::bigint * 7919) % 100000000)::text, 8, '0'), 'ar', 'trainee', {now}
        FROM generate_series(0, {people - 1}) s(n)""",
        f"""INSERT INTO reports (key, site_id, id, reference, sender, fingerprint, attempt, kind, symptom, category,
          channel, locale, reporter_id, reporter_role, course_id, activity_id, occurred_at, received_at, body)
        SELECT key, '{SITE}', key, reference, 'p' || r.p, md5(key::text), key,
          CASE kind WHEN 'room_incident' THEN 'session_problem' ELSE kind END,
          CASE kind WHEN 'room_incident' THEN 'no_sound' END, NULL,
          CASE kind WHEN 'room_incident' THEN 'in_room' ELSE 'web' END, 'ar', 'p' || r.p, 'trainee',
          (case_id % 500)::text, CASE kind WHEN 'room_incident' THEN (case_id % 900)::text END, at, at,
          jsonb_build_object('text', coalesce(text, ''), 'name', b.name, 'email', NULL, 'phone',
            CASE WHEN x < 0.3 THEN '+9665' || lpad(((r.p::bigint * 7919) % 100000000)::text, 8, '0') END,
            'contact_preference', NULL, 'about', NULL, 'page', 'classroom', 'course',
            jsonb_build_array('CRS-' || case_id % 500, 'دورة الأمن السيبراني'), 'activity',
            CASE kind WHEN 'room_incident' THEN jsonb_build_array('bigbluebuttonbn', 'القاعة المباشرة') END,
            'session', NULL, 'affected', NULL, 'action_taken', '', 'ended_at', NULL, 'remedy_sought', '',
            'gaps', '[]'::jsonb, 'diagnostics', jsonb_build_object('browser', 'Chrome 131', 'online', true,
            'microphone', 'granted', 'down', 12.4, 'rtt', 80))
        FROM bench_reports r JOIN bench_people b ON b.n = r.p % 9000""",
        f"""INSERT INTO cases (id, site_id, kind, state, category, department, tier, severity, channel, opened_at,
          clock_started_at, last_report_at, version, policy_digest, symptom, course_id, person_id, confidential,
          bars_room, declared, touched, owner, reports, closed_at, overdue, escalated, solved_by, due_at)
        SELECT id, '{SITE}', kind,
          CASE WHEN is_open
              THEN (array['received', 'in_progress', 'in_progress', 'waiting', 'reopened'])[1 + (x * 4.99)::int % 5]
            WHEN id > {many} - {open_cases} AND x < 0.2 THEN 'resolved' WHEN x < 0.96 THEN 'closed'
            WHEN x < 0.98 THEN 'withdrawn' ELSE 'merged' END,
          (array['login', 'joining', 'technical_problem', 'certificate_data', 'content', 'general_inquiry'])
            [1 + id % 6],
          (array['technical', 'training', 'registration', 'finance', 'quality'])[1 + id % 5],
          CASE WHEN kind = 'room_incident' THEN CASE WHEN y < 0.5 THEN 'room' ELSE '1' END
            WHEN kind = 'complaint' THEN CASE WHEN y < 0.8 THEN 'department' ELSE '1' END
            WHEN y < 0.55 THEN '1' WHEN y < 0.9 THEN '2' WHEN y < 0.95 THEN 'department' WHEN y < 0.97 THEN 'management'
            ELSE 'trainer' END,
          1 + (z * 3.99)::int % 4, CASE kind WHEN 'room_incident' THEN 'in_room' ELSE 'web' END, at, at, at, 1,
          md5('policy'), CASE kind WHEN 'room_incident' THEN 'no_sound' END, (id % 500)::text, 'p' || p,
          kind = 'complaint', false, false, true,
          CASE WHEN NOT is_open OR z < 0.6 THEN '{SITE}:' || 700 + (y * 40)::int END,
          CASE WHEN kind = 'room_incident' AND z < 0.33 THEN 4 ELSE 1 END,
          CASE WHEN NOT is_open THEN at + interval '6 hours' END,
          is_open AND at < {now} - interval '20 days', kind = 'complaint' AND z < 0.05,
          CASE WHEN NOT is_open THEN '{SITE}:' || 700 + (z * 40)::int END, timestamptz '9999-01-01 00:00:00+00'
        FROM bench_cases""",
        f"SELECT setval(pg_get_serial_sequence('cases', 'id'), {many})",
        """INSERT INTO case_reports (report_key, case_id, joined_at, how)
        SELECT key, case_id, at, CASE k WHEN 1 THEN 'opened' ELSE 'joined' END FROM bench_reports""",
        # Every fiftieth complaint is about somebody who works here.
        f"""INSERT INTO accused (case_id, key)
        SELECT id, '{SITE}:' || 700 + id % 60 FROM cases WHERE kind = 'complaint' AND id % 50 = 0""",
        """INSERT INTO clocks (case_id, target, rung, measure, state, started_at, target_due_at, due_at, fired_at,
          stopped_at)
        SELECT c.id, t.target, 'due', t.measure,
          CASE WHEN NOT is_open THEN 'stopped' WHEN c.state = 'waiting' THEN 'paused' WHEN c.overdue THEN 'fired'
            ELSE 'running' END,
          at, at + t.within * (0.5 + b.x), at + t.within * (0.5 + b.x),
          CASE WHEN is_open AND c.overdue THEN at END, CASE WHEN NOT is_open THEN at + interval '1 hour' END
        FROM cases c JOIN bench_cases b USING (id) CROSS JOIN (VALUES ('form_pick_up', 'pick_up', interval '2 days'),
          ('form_answer', 'first_answer', interval '9 days'), ('support_resolution', 'resolution', interval '30 days'))
          t(target, measure, within) WHERE c.kind <> 'inquiry' OR t.measure = 'first_answer'""",
        """INSERT INTO events (case_id, at, action, actor, reason, public, data)
        SELECT id, at + make_interval(hours => e), (array['open', 'pick_up', 'reply', 'propose'])[e], 'nidaa', '',
          e = 1, '{}' FROM bench_cases CROSS JOIN generate_series(1, 4) e WHERE e < 3 OR NOT is_open""",
        f"""INSERT INTO messages (case_id, kind, author, text, at)
        SELECT id, 'reply', '{SITE}:701', 'حدّثنا بياناتكم؛ جرّبوا الدخول مرة أخرى.', at FROM bench_cases
        WHERE id % 3 = 0""",
        f"""INSERT INTO facts (report_key, site_id, person_id, course_id, status, taken_at, snapshot)
        SELECT r.key, '{SITE}', 'p' || p, (case_id % 500)::text, 'complete', at,
          (SELECT jsonb_object_agg(f, jsonb_build_object('value', true, 'source', 'moodle', 'at',
            '2026-11-01T00:00:00+00:00', 'known', true, 'note', '')) FROM unnest(array['account_confirmed',
            'enrolled', 'certificate_issued']) f)
        FROM bench_reports r""",
        """UPDATE cases SET due_at = first.due_at FROM (SELECT case_id, min(target_due_at) AS due_at FROM clocks
        WHERE stopped_at IS NULL AND state IN ('running', 'fired') GROUP BY case_id) first
        WHERE first.case_id = cases.id""",
        """INSERT INTO search_keys (key, at, report_key)
        SELECT 'r:' || reference, at, key FROM bench_reports
        UNION ALL SELECT DISTINCT 'n:' || w, r.at, r.key
          FROM bench_reports r JOIN bench_people b ON b.n = r.p % 9000, unnest(b.keys) w
        UNION ALL SELECT 'p:' || reverse('5' || lpad(((p::bigint * 7919) % 100000000)::text, 8, '0')), at, key
          FROM bench_reports WHERE x < 0.3
        UNION ALL SELECT 'w:' || w, at, key FROM bench_reports, unnest(folded) w""",
    ]
