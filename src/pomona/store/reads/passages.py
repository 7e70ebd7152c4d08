"""Passages: each time a lead was passed on to sales, from the act that ripened it to what became of it.

From decisions alone.
"""

from typing import Any

from pomona.domain.stages import PASSED_ON, Decision
from pomona.store.reads.merged import HOMES

TAKEN = (Decision.ACCEPTED, Decision.QUALIFIED, Decision.WON)
GIVEN_BACK = (Decision.RETURNED, Decision.DISQUALIFIED, Decision.LOST)
ANSWERS = (Decision.CONTACTED, *GIVEN_BACK, Decision.WON)
"""What a seller answers a response clock with."""

PASSAGES = f"""{HOMES},
begun AS (
    SELECT DISTINCT lead FROM journal
    WHERE kind = 'decision' AND name = ANY(%(begins)s) AND t >= %(since)s AND t < %(until)s
      AND agreement = %(agreement)s AND lead IS NOT NULL
),
-- everything that matters about these leads, numbered by passage and by whoever held them
told AS (
    SELECT lead, seq, t, name, name = ANY(%(begins)s) AS begins, agreement, version, its.*,
           count(*) FILTER (WHERE name = ANY(%(begins)s)) OVER of_lead AS passage,
           count(*) FILTER (WHERE name = 'handed over') OVER of_lead AS hold
    FROM journal, jsonb_to_record(body) AS its (
        acted_at bigint, hand_over_by bigint, due_at bigint, within bigint, worked bigint
    )
    WHERE kind = 'decision' AND lead IN (SELECT lead FROM begun) AND name = ANY(%(names)s)
    WINDOW of_lead AS (PARTITION BY lead ORDER BY seq)
),
-- what happened while one seller held a lead (or nobody yet): when its response clock ended, and how
held AS (
    SELECT lead, passage, hold,
           max(name) FILTER (WHERE begins) AS began_by, max(agreement) FILTER (WHERE begins) AS agreement,
           max(version) FILTER (WHERE begins) AS version, min(t) FILTER (WHERE begins) AS began_at,
           max(acted_at) AS acted_at, max(hand_over_by) AS hand_over_by,
           min(t) FILTER (WHERE name = 'handed over') AS handed_over_at,
           min(t) FILTER (WHERE name = 'contacted') AS contacted_at,
           min(t) FILTER (WHERE name = ANY(%(answers)s)) AS answered_at,
           max(due_at) AS due_at, max(within) AS within, max(worked) AS worked,
           bool_or(name = 'overdue') AS is_overdue,
           bool_or(name = ANY(%(taken)s)) AS is_accepted,
           bool_or(name IN ('qualified', 'won')) AS is_qualified,
           bool_or(name = 'won') AS is_won,
           bool_or(name = ANY(%(given_back)s)) AS is_given_back
    FROM told WHERE passage > 0 GROUP BY lead, passage, hold
),
-- the working time that a hold adds to the response (null: not known), and whether the response was over before it
timed AS (
    SELECT *, CASE WHEN contacted_at IS NOT NULL THEN worked WHEN is_overdue THEN within END AS adds,
           handed_over_at IS NULL OR coalesce(bool_or(contacted_at IS NOT NULL) OVER earlier, false) AS is_over
    FROM held
    WINDOW earlier AS (PARTITION BY lead, passage ORDER BY hold ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
walked AS (
    SELECT lead, max(began_by) AS began_by, max(agreement) AS agreement, max(version) AS version,
           min(began_at) AS began_at, max(acted_at) AS acted_at, max(hand_over_by) AS hand_over_by,
           min(handed_over_at) AS handed_over_at, min(contacted_at) AS contacted_at,
           CASE WHEN bool_or(contacted_at IS NOT NULL) AND bool_and(adds IS NOT NULL) FILTER (WHERE NOT is_over)
               THEN (sum(adds) FILTER (WHERE NOT is_over))::bigint END AS worked,
           coalesce(bool_or(is_overdue OR answered_at > due_at) FILTER (WHERE due_at IS NOT NULL), false) AS is_late,
           coalesce(bool_or(NOT is_overdue AND answered_at <= due_at), false) AS is_answered,
           bool_or(is_accepted) AS is_accepted, bool_or(is_qualified) AS is_qualified, bool_or(is_won) AS is_won,
           bool_or(is_given_back) AS is_given_back
    FROM timed GROUP BY lead, passage
),
passage AS (
    SELECT CASE WHEN home.lead IS NULL THEN walked.lead ELSE home.survivor END AS lead,
           began_by, version, began_at, acted_at, hand_over_by, handed_over_at, contacted_at, worked,
           is_late, is_answered, is_accepted, is_qualified, is_won, is_given_back,
           is_given_back OR home.lead IS NOT NULL AS is_over
    FROM walked LEFT JOIN home ON home.lead = walked.lead
    WHERE agreement = %(agreement)s AND began_at >= %(since)s AND began_at < %(until)s
)"""
"""The beginning of a query: `passage` holds the passages of `agreement` that began in [since, until), µs UTC.

`began_by` is the decision that began it, `ripe` or `holdout`; the next one, or the lead's last decision, ends it.
`lead` counts a person once, merged or not (null: erased). `worked` is the working time of whoever held the lead
from handover to first contact; `is_late` that a response clock ran out, `is_answered` that one was answered in time;
`is_over` that nobody waits any longer: the lead was given back or merged into another.
"""


def passage_parameters(agreement: str, *, since: int, until: int) -> dict[str, Any]:
    """What the query asks for."""
    listened = {*PASSED_ON, *TAKEN, *ANSWERS, Decision.HANDED_OVER, Decision.OVERDUE}
    return {
        "agreement": agreement,
        "since": since,
        "until": until,
        "begins": list(PASSED_ON),
        "taken": list(TAKEN),
        "given_back": list(GIVEN_BACK),
        "answers": list(ANSWERS),
        "names": sorted(listened),
    }
