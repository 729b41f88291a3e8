-- What the place's codes mean. A code of digits stands here without the zeros that it begins with.
CREATE OR REPLACE TEMPORARY VIEW codes AS
SELECT code, category
FROM VALUES
{%- for code, category in codes | items %}
  ({{ code }}, {{ category }}){{ "," if not loop.last }}
{%- endfor %}
  AS codes (code, category);

-- Each identity: why it cannot be used, or that it is not in force on the day (begndate <= as_of < enddate).
-- Kept.
CREATE OR REPLACE TEMPORARY VIEW identities_judged AS
SELECT
  file, row, person_id, psn_name, area_code, town_code, begndate,
  local_code,
  CASE
    WHEN person_id IS NULL THEN 'bad_certno'
    WHEN begndate IS NULL OR enddate_unreadable THEN 'bad_date'
    WHEN begndate >= {{ window.until_day }} OR COALESCE(enddate < {{ window.until_day }}, FALSE) THEN 'out_of_window'
  END AS reason
FROM (
  SELECT
    file, row, person(text(certno), text(psn_cert_type)) AS person_id, text(psn_name) AS psn_name,
    area(insu_admdvs) AS area_code, text(town_code) AS town_code, COALESCE(text(psn_idet_type), '') AS local_code,
    begndate, enddate, enddate_unreadable
  FROM identities_delivered
);

-- The identities in force, with the category that the mapping gives; null where it lacks the code.
CREATE OR REPLACE TEMPORARY VIEW identities_in_force AS
SELECT /*+ BROADCAST(codes) */ identities_judged.*, codes.category
FROM identities_judged
LEFT JOIN codes ON bare(identities_judged.local_code) = codes.code
WHERE reason IS NULL;

-- Everybody in the register on the day: every category; name, area and township of the identity that began last among
-- those that give one.
CREATE OR REPLACE TEMPORARY VIEW register AS
SELECT
  person_id,
  MAX(STRUCT(begndate, COALESCE(area_code, '') AS area_code, psn_name)) FILTER (WHERE psn_name IS NOT NULL).psn_name
    AS psn_name,
  MAX(STRUCT(begndate, area_code)) FILTER (WHERE area_code IS NOT NULL).area_code AS register_area,
  MAX(STRUCT(begndate, COALESCE(area_code, '') AS area_code, COALESCE(psn_name, '') AS psn_name, town_code))
    FILTER (WHERE town_code IS NOT NULL).town_code AS town_code,
  ARRAY_SORT(COLLECT_SET(category)) AS categories
FROM identities_in_force
GROUP BY person_id;
