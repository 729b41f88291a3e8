-- What becomes of a row for a reason; without one, it counts.
CREATE OR REPLACE TEMPORARY FUNCTION fate(reason STRING) RETURNS STRING RETURN
  CASE
{%- for fate, reasons in fates %}
    WHEN reason IN ({{ reasons }}) THEN {{ fate }}
{%- endfor %}
    WHEN reason IS NULL THEN 'counted'
  END;
