-- Two figures for one area, year and series: nobody can tell which is right.
CREATE OR REPLACE TEMPORARY VIEW contradictions AS
SELECT
  series, area_code, CAST(year AS INT) AS year, amount, file, row,
  first_amount AS other_amount, first_file AS other_file, first_row AS other_row
FROM incomes_judged
WHERE contradicts;

-- The areas without an income that a burden is to be held against.
CREATE OR REPLACE TEMPORARY VIEW unpublished AS
SELECT DISTINCT area_held_against AS area_code
FROM assessed
WHERE threshold_percent IS NULL AND settlements > 0;

-- What was read, and what became of it: the sides are counted apart, and have to be equal.
CREATE OR REPLACE TEMPORARY VIEW totals AS
SELECT table_name, fate, COUNT(*) AS rows, CAST(SUM(amount) AS DECIMAL(18,2)) AS amount
FROM (
  SELECT 'settlements' AS table_name, 'read' AS fate, figure(medfee_sumamt) AS amount FROM settlements_delivered
  UNION ALL
  SELECT 'settlements', fate(reason), total_cost FROM settlements_judged
  UNION ALL
  SELECT 'identities', 'read', CAST(0 AS DECIMAL(18,2)) FROM identities_delivered
  UNION ALL
  SELECT 'identities', fate(reason), CAST(0 AS DECIMAL(18,2)) FROM identities_judged
  UNION ALL
  SELECT 'income', 'read', CAST(0 AS DECIMAL(18,2)) FROM income_delivered
  UNION ALL
  SELECT 'income', fate(reason), CAST(0 AS DECIMAL(18,2)) FROM incomes_judged
  UNION ALL
  SELECT 'commercial', 'read', figure(amount) FROM commercial_delivered
  UNION ALL
  SELECT 'commercial', fate(reason), amount FROM payments_judged
)
GROUP BY table_name, fate;

-- Local codes that the mapping lacks. A column that was shifted holds names and numbers where codes should be: what does
-- not look like a code is counted and not shown.
CREATE OR REPLACE TEMPORARY VIEW unknown_codes AS
SELECT code, COUNT(*) AS rows
FROM (
  SELECT CASE WHEN local_code = '' OR local_code RLIKE '^[A-Za-z0-9._-]{1,10}$' THEN local_code END AS code
  FROM identities_in_force
  WHERE category IS NULL
)
GROUP BY code;

-- Who meets which rule.
CREATE OR REPLACE TEMPORARY VIEW flagged AS
SELECT
  person_id, rule, tests, category, area_code, burden_total, burden_in_scope, income_reference,
  CAST(income_year AS INT) AS income_year, income_area, threshold_percent
FROM assessed
WHERE is_flagged;

-- Who is to be looked at more closely: the flagged, those asked for
{%- if watch %}, and those of the register who may come to be flagged{% endif %}.
CREATE OR REPLACE TEMPORARY VIEW people AS
SELECT
  person_id, in_register, psn_name, categories, register_area, town_code, settlement_area, settlements,
  {{ figures }}, commercial
FROM everybody
WHERE person_id IN (
  SELECT person_id FROM flagged
{%- if asked %}
  UNION ALL
  SELECT person_id FROM parquet.{{ asked }}
{%- endif %}
{%- if watch %}
  UNION ALL
  SELECT person_id
  FROM assessed
  WHERE in_register AND settlements > 0 AND NOT is_flagged AND burden_tested > 0
    AND (
      -- Near: {{ watch.share }} % of the threshold at least.
      burden_tested * CAST('10000' AS DECIMAL(5,0)) >= threshold_percent * {{ watch.share_literal }}
{%- if watch.pace %}
      -- Pace: going on as until today, the rule is met before the year is over.
      OR burden_tested * {{ watch.days_of_year }} >= threshold_percent * {{ watch.day_of_year }}
{%- endif %}
    )
{%- endif %}
);
{% if wanted.burden %}
-- The sums of everybody with a settlement.
CREATE OR REPLACE TEMPORARY VIEW burden AS
SELECT person_id, area_code, settlements, {{ figures }}, commercial, burden_total, burden_in_scope
FROM burdens
WHERE settlements > 0;
{% endif %}
{%- if wanted.evidence %}
-- Every row of the flagged, counted, netted or set aside, and every payment to them that counts.
CREATE OR REPLACE TEMPORARY VIEW evidence AS
SELECT
  person_id, 'settlements' AS table_name, file, row, setl_id, init_setl_id, setl_time AS settled_at, area_code,
  fixmedins_code, med_type, reason, {{ figures }}, CAST(0 AS DECIMAL(18,2)) AS commercial
FROM settlements_judged
WHERE person_id IN (SELECT person_id FROM flagged)
UNION ALL
SELECT
  person_id, 'commercial', file, row, NULL, NULL, CAST(paid_on AS TIMESTAMP_NTZ), NULL, NULL, NULL, reason,
{%- for figure in each_figure %}
  CAST(0 AS DECIMAL(18,2)),
{%- endfor %}
  amount
FROM payments_judged
WHERE reason IS NULL AND person_id IN (SELECT person_id FROM flagged);
{% endif %}
-- Every row set aside. Where a settlement has its medical cost, a payment has its amount.
CREATE OR REPLACE TEMPORARY VIEW rejects AS
SELECT 'settlements' AS table_name, file, row, reason, {{ figures }}
FROM settlements_judged
WHERE reason IS NOT NULL
{%- for table, judged, amount in [("identities", "identities_judged", "CAST(0 AS DECIMAL(18,2))"), ("income", "incomes_judged", "CAST(0 AS DECIMAL(18,2))"), ("commercial", "payments_judged", "amount")] %}
UNION ALL
SELECT
  '{{ table }}', file, row, reason, {{ amount }},
{%- for figure in each_figure[1:] %}
  CAST(0 AS DECIMAL(18,2)){{ "," if not loop.last }}
{%- endfor %}
FROM {{ judged }}
WHERE reason IS NOT NULL
{%- endfor %};

-- What the night adds up to, by area, category and rule.
CREATE OR REPLACE TEMPORARY VIEW summary AS
SELECT
  area_code, category, rule, COUNT(*) AS people, COUNT(*) FILTER (WHERE is_flagged) AS flagged,
  CAST(SUM(burden_total) AS DECIMAL(18,2)) AS burden_total, CAST(SUM(total_cost) AS DECIMAL(18,2)) AS total_cost
FROM assessed
GROUP BY area_code, category, rule;

-- Settlements that count of which the amounts do not add up: reported, never dropped.
CREATE OR REPLACE TEMPORARY VIEW amounts_that_differ AS
SELECT
{%- for check in ["parts_differ", "payers_differ", "person_differs", "funds_differ"] %}
  COUNT(*) FILTER (WHERE {{ check }}) AS {{ check }}_rows,
  SUM(total_cost) FILTER (WHERE {{ check }}) AS {{ check }}_amount{{ "," if not loop.last }}
{%- endfor %}
FROM settlements_judged
WHERE reason IS NULL;

-- Rows that count of both sides of one off-site visit: of one person, at one cost, from and until one day.
CREATE OR REPLACE TEMPORARY VIEW off_site_twice AS
SELECT COUNT(*) AS rows, SUM(total_cost) AS amount
FROM settlements_judged
WHERE reason IS NULL AND off_site IS NOT NULL
GROUP BY person_id, total_cost, visit_begins, visit_ends
HAVING MIN(off_site) = 1 AND MAX(off_site) = 2;

-- What every check found.
CREATE OR REPLACE TEMPORARY VIEW checks AS
SELECT check_id, rows, CAST(COALESCE(amount, 0) AS DECIMAL(18,2)) AS amount
FROM (
  SELECT STACK(4,
{%- for check in ["parts_differ", "payers_differ", "person_differs", "funds_differ"] %}
    '{{ check }}', {{ check }}_rows, {{ check }}_amount{{ "," if not loop.last }}
{%- endfor %}
  ) AS (check_id, rows, amount)
  FROM amounts_that_differ
  UNION ALL
  SELECT 'negative_person_cost', COUNT(*), SUM(total_cost)
  FROM everybody
  WHERE total_cost < 0
  UNION ALL
  SELECT 'refund_without_reversal', COUNT(*), SUM(total_cost)
  FROM settlements_judged AS refunded
  LEFT ANTI JOIN (
    SELECT init_setl_id FROM settlements_judged WHERE reason IS NULL AND init_setl_id IS NOT NULL
  ) AS reversals ON refunded.setl_id = reversals.init_setl_id
  WHERE reason IS NULL AND is_refund
  UNION ALL
  SELECT 'off_site_twice', SUM(rows), SUM(amount)
  FROM off_site_twice
  UNION ALL
  SELECT 'unknown_code', COUNT(*), CAST(NULL AS DECIMAL(18,2))
  FROM identities_in_force
  WHERE category IS NULL
  UNION ALL
  SELECT 'no_area', COUNT(*), SUM(total_cost)
  FROM subjects
  WHERE area_code IS NULL
)
WHERE rows > 0;

-- How many people the night saw.
CREATE OR REPLACE TEMPORARY VIEW counts AS
SELECT
  in_register, in_register_with_settlements, with_settlements,
  (SELECT COUNT(DISTINCT person_id) FROM flagged) AS flagged
FROM (
  SELECT
    COUNT(*) FILTER (WHERE in_register) AS in_register,
    COUNT(*) FILTER (WHERE in_register AND settlements > 0) AS in_register_with_settlements,
    COUNT(*) FILTER (WHERE settlements > 0) AS with_settlements
  FROM everybody
);

-- The incomes that count, with where each was published.
CREATE OR REPLACE TEMPORARY VIEW incomes AS
SELECT series, area_code, CAST(year AS INT) AS year, amount, published_on, source, file, row
FROM incomes_judged
WHERE reason IS NULL;
