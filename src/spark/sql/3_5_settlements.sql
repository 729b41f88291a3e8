-- The reversals that are not set aside by themselves.
CREATE OR REPLACE TEMPORARY VIEW reversals AS
SELECT setl_id, init_setl_id
FROM settlements_so_far
WHERE reason IS NULL AND init_setl_id IS NOT NULL;

-- What they reverse: of the rows with one id, the one that stands.
CREATE OR REPLACE TEMPORARY VIEW reversed AS
SELECT setl_id, init_setl_id, reason
FROM settlements_so_far
WHERE place = 1 AND setl_id IN (SELECT init_setl_id FROM reversals);

-- Where each reversal ends: it counts, or is set aside, with what it reverses. What it reverses may be a reversal itself:
-- then `goes_to` is to be asked.
-- Kept.
CREATE OR REPLACE TEMPORARY VIEW reversals_1 AS
SELECT
  reversals.setl_id,
  CASE
    WHEN reversed.setl_id IS NULL THEN 'orphan_not_delivered'
    WHEN reversed.reason = 'void' THEN 'reverses_void'
    WHEN reversed.reason = 'out_of_window' THEN 'reverses_out_of_window'
    WHEN reversed.reason IS NOT NULL THEN 'orphan_rejected'
    WHEN reversed.init_setl_id IS NULL THEN 'counts'
  END AS ends,
  CASE WHEN reversed.reason IS NULL AND reversed.init_setl_id IS NOT NULL THEN reversed.setl_id END AS goes_to,
  ARRAY(reversals.setl_id) AS way
FROM reversals
LEFT JOIN reversed ON reversals.init_setl_id = reversed.setl_id;
{% for hops in [1, 2, 4, 8] %}
-- The same, {{ hops * 2 }} reversals on.
-- Kept.
CREATE OR REPLACE TEMPORARY VIEW reversals_{{ hops * 2 }} AS
SELECT
  near.setl_id,
  COALESCE(near.ends, far.ends) AS ends,
  far.goes_to,
  CONCAT(near.way, COALESCE(far.way, ARRAY())) AS way
FROM reversals_{{ hops }} AS near
LEFT JOIN reversals_{{ hops }} AS far ON near.goes_to = far.setl_id;
{% endfor %}
-- Where each ends. Those that reverse each other in a ring name no settlement at all. Beyond that, so many on one another
-- are no reversals: the night is refused.
CREATE OR REPLACE TEMPORARY VIEW reversal_ends AS
SELECT
  setl_id,
  CASE
    WHEN ends IS NOT NULL THEN ends
    WHEN SIZE(ARRAY_DISTINCT(CONCAT(way, ARRAY(goes_to)))) <= SIZE(way) THEN 'orphan_not_delivered'
    ELSE RAISE_ERROR('settlements: reversals stand on one another, more than sixteen deep; look for ids sent in a row')
  END AS ends
FROM reversals_16;

-- What became of every settlement: why it was set aside, or null where it counts. A reversal follows what it reverses.
CREATE OR REPLACE TEMPORARY VIEW settlements_judged AS
SELECT
  file, row, person_id, setl_id, init_setl_id, setl_time, area_code, fixmedins_code, med_type, reason,
  {{ figures }},
  parts_differ, payers_differ, person_differs, funds_differ, is_refund, off_site, visit_begins, visit_ends
FROM settlements_so_far
WHERE reason IS NOT NULL OR init_setl_id IS NULL
UNION ALL
SELECT
  file, row, person_id, setl_id, init_setl_id, setl_time, area_code, fixmedins_code, med_type, NULLIF(ends, 'counts'),
  {{ figures }},
  parts_differ, payers_differ, person_differs, funds_differ, is_refund, off_site, visit_begins, visit_ends
FROM settlements_so_far
JOIN reversal_ends USING (setl_id)
WHERE reason IS NULL AND init_setl_id IS NOT NULL;
