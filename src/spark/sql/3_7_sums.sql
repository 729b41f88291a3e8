-- What the settlements that count add up to, a row a person; and the area of the newest of them that gives one.
CREATE OR REPLACE TEMPORARY VIEW settlement_sums AS
SELECT
  person_id,
  COUNT(*) AS settlements,
{%- for figure in each_figure %}
  CAST(SUM({{ figure }}) AS DECIMAL(18,2)) AS {{ figure }},
{%- endfor %}
  MAX(STRUCT(setl_time, area_code)) FILTER (WHERE area_code IS NOT NULL).area_code AS settlement_area
FROM settlements_judged
WHERE reason IS NULL
GROUP BY person_id;

-- Each commercial payment judged by itself.
CREATE OR REPLACE TEMPORARY VIEW payments_checked AS
SELECT
  file, row, person_id, payment_id, paid_on,
  CASE
    WHEN person_id IS NULL THEN 'bad_certno'
    WHEN payment_id IS NULL THEN 'no_payment_id'
    WHEN paid_on IS NULL THEN 'bad_date'
    WHEN amount IS NULL OR amount NOT BETWEEN -10000000000 AND 10000000000 THEN 'bad_amount'
  END AS rejected,
  CAST(figure(amount) AS DECIMAL(18,2)) AS amount
FROM (
  SELECT file, row, person(text(certno), text(psn_cert_type)) AS person_id, text(payment_id) AS payment_id, paid_on, amount
  FROM commercial_delivered
);

-- Of the payments with one id that can be used, the last sent comes first.
CREATE OR REPLACE TEMPORARY VIEW payments_in_order AS
SELECT *, ROW_NUMBER() OVER newest AS place, amount = FIRST_VALUE(amount) OVER newest AS says_the_same
FROM payments_checked
WINDOW newest AS (
  PARTITION BY COALESCE(payment_id, CONCAT(file, ' ', row))
  ORDER BY rejected ASC NULLS FIRST, file DESC NULLS LAST, row DESC NULLS LAST
);

-- What became of every payment: null where it counts.
-- Kept.
CREATE OR REPLACE TEMPORARY VIEW payments_judged AS
SELECT
  file, row, person_id, paid_on,
  CASE
    WHEN rejected IS NOT NULL THEN rejected
    WHEN place > 1 AND says_the_same THEN 'duplicate'
    WHEN place > 1 THEN 'correction'
    WHEN paid_on < {{ window.from_day }} OR paid_on >= {{ window.until_day }} THEN 'out_of_window'
  END AS reason,
  amount
FROM payments_in_order;

-- What commercial insurance paid, a row a person.
CREATE OR REPLACE TEMPORARY VIEW payment_sums AS
SELECT person_id, CAST(SUM(amount) AS DECIMAL(18,2)) AS commercial
FROM payments_judged
WHERE reason IS NULL
GROUP BY person_id;
