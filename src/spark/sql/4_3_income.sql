-- Each published income: why it cannot be used.
CREATE OR REPLACE TEMPORARY VIEW incomes_checked AS
SELECT
  file, row, area_code, year, series, amount, published_on, source,
  CASE
    WHEN area_code IS NULL THEN 'bad_area'
    WHEN year IS NULL OR year NOT BETWEEN -2147483648 AND 2147483647 THEN 'bad_year'
    WHEN series IS NULL OR series NOT IN ('rural', 'pastoral', 'all') THEN 'bad_series'
    WHEN amount IS NULL OR amount <= 0 OR amount > 10000000000 THEN 'bad_amount'
  END AS rejected
FROM (
  SELECT
    file, row, area(area_code) AS area_code, year, text(series) AS series, amount, published_on, text(source) AS source
  FROM income_delivered
);

-- Of the figures for one area, year and series, the first sent counts. The same again is a duplicate; another contradicts it.
CREATE OR REPLACE TEMPORARY VIEW incomes_in_order AS
SELECT
  *,
  ROW_NUMBER() OVER sent AS place,
  FIRST_VALUE(amount) OVER sent AS first_amount,
  FIRST_VALUE(file) OVER sent AS first_file,
  FIRST_VALUE(row) OVER sent AS first_row
FROM incomes_checked
WINDOW sent AS (
  PARTITION BY rejected, area_code, year, series
  ORDER BY file ASC NULLS FIRST, row ASC NULLS FIRST
);

-- What became of every income: null where it counts.
-- Kept.
CREATE OR REPLACE TEMPORARY VIEW incomes_judged AS
SELECT
  file, row, area_code, year, series, amount, published_on, source, first_amount, first_file, first_row,
  rejected IS NULL AND place > 1 AND amount <> first_amount AS contradicts,
  CASE WHEN rejected IS NOT NULL THEN rejected WHEN place > 1 THEN 'duplicate' END AS reason
FROM incomes_in_order;

-- Where the income for each area is looked for: year by year, the newest first, and in each from the area upwards.
CREATE OR REPLACE TEMPORARY VIEW areas_in_reach AS
WITH areas AS (SELECT DISTINCT area_held_against AS area_code FROM subjects)
{%- for year in income.years %}
{%- set yearly = loop.index0 %}
{%- for level in income.levels %}
{{ "UNION ALL\n" if yearly or not loop.first -}}
SELECT area_code, {{ yearly * income.levels | length + loop.index }} AS turn, {{ year }} AS year, {{ level }} AS looked_for
FROM areas
{%- endfor %}
{%- endfor %}
{%- if not income.levels %}
SELECT area_code, 0 AS turn, 0 AS year, area_code AS looked_for
FROM areas
WHERE FALSE
{%- endif %};

-- The income that each area is held against: the first that is found.
-- Kept.
CREATE OR REPLACE TEMPORARY VIEW reference_incomes AS
SELECT area_code AS area_held_against, amount AS income_reference, year AS income_year, looked_for AS income_area
FROM (
  SELECT /*+ BROADCAST(published) */
    reach.area_code, reach.year, reach.looked_for, published.amount,
    ROW_NUMBER() OVER (PARTITION BY reach.area_code ORDER BY reach.turn ASC NULLS LAST) AS place
  FROM areas_in_reach AS reach
  JOIN incomes_judged AS published
    ON published.area_code = reach.looked_for AND published.year = reach.year
  WHERE published.reason IS NULL AND published.series = {{ income.series }}
)
WHERE place = 1;
