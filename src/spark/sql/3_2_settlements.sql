-- Of the rows with one setl_id that can be used, the newest comes first: by updt_time, then the later file, then the
-- later row. A row without an id stands alone.
CREATE OR REPLACE TEMPORARY VIEW settlements_in_order AS
SELECT
  *,
  ROW_NUMBER() OVER newest AS place,
  STRUCT({{ figures }}) = FIRST_VALUE(STRUCT({{ figures }})) OVER newest AS says_the_same
FROM settlements_checked
WINDOW newest AS (
  PARTITION BY COALESCE(setl_id, CONCAT(file, ' ', row))
  ORDER BY rejected ASC NULLS FIRST, updt_time DESC NULLS LAST, file DESC NULLS LAST, row DESC NULLS LAST
);

-- Why each row is set aside, reversals not yet followed: rejected, superseded (a duplicate where the figures are the
-- same, a correction where not), void, out of the window. Null where none of it holds.
-- Kept.
CREATE OR REPLACE TEMPORARY VIEW settlements_so_far AS
SELECT
  file, row, person_id, setl_id, init_setl_id, setl_time, area_code, fixmedins_code, med_type, place,
  CASE
    WHEN rejected IS NOT NULL THEN rejected
    WHEN place > 1 AND says_the_same THEN 'duplicate'
    WHEN place > 1 THEN 'correction'
    WHEN is_void THEN 'void'
    WHEN is_outside THEN 'out_of_window'
  END AS reason,
  {{ figures }},
  parts_differ, payers_differ, person_differs, funds_differ, is_refund, off_site, visit_begins, visit_ends
FROM settlements_in_order;
