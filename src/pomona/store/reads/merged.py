"""Who is merged into whom: how reports count a person once, from decisions alone."""

HOMES = """WITH RECURSIVE
-- who is merged into whom at present: the last word of each lead
latest AS (
    SELECT DISTINCT ON (lead) lead, name, (body ->> 'into')::bigint AS survivor
    FROM journal WHERE kind = 'decision' AND name IN ('absorbed', 'restored') ORDER BY lead, seq DESC
),
absorbed AS (SELECT lead, survivor FROM latest WHERE name = 'absorbed'),
-- the survivor of a survivor, to the end of each chain
chain AS (
    SELECT lead, survivor FROM absorbed
    UNION SELECT chain.lead, absorbed.survivor FROM chain JOIN absorbed ON absorbed.lead = chain.survivor
),
home AS (
    SELECT lead, survivor FROM chain
    WHERE survivor IS NULL OR NOT EXISTS (SELECT FROM absorbed WHERE absorbed.lead = chain.survivor)
)"""
"""The beginning of a query: `home` holds each absorbed lead with the `survivor` it counts as (null: erased)."""
