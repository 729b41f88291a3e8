-- A text without the blanks around it, the ideographic one included; null where nothing is left. Bytes that are not UTF-8
-- refuse the night.
CREATE OR REPLACE TEMPORARY FUNCTION text(x STRING) RETURNS STRING RETURN
  CASE
    WHEN x IS NULL OR IS_VALID_UTF8(x) THEN NULLIF(TRIM(BOTH ' \t\n\u000B\u000C\r\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000' FROM x), '')
    ELSE RAISE_ERROR('a column of text holds bytes that are not UTF-8 (GBK, perhaps); have it sent as UTF-8')
  END;

-- A whole number written as text: '01' is 1. Null where it is none.
CREATE OR REPLACE TEMPORARY FUNCTION whole_number(x STRING) RETURNS BIGINT RETURN
  CASE WHEN x RLIKE '^[+-]?[0-9]+$' THEN TRY_CAST(x AS BIGINT) END;

-- A code without the zeros that it begins with, where it is of digits alone: '01' is '1'.
CREATE OR REPLACE TEMPORARY FUNCTION bare(code STRING) RETURNS STRING RETURN
  CASE WHEN code RLIKE '^[0-9]+$' THEN COALESCE(NULLIF(TRIM(LEADING '0' FROM code), ''), '0') ELSE code END;

-- A division code of six digits that begins with a province; null for anything else.
CREATE OR REPLACE TEMPORARY FUNCTION area(x STRING) RETURNS STRING RETURN
  CASE
    WHEN TRIM(BOTH ' \t\n\u000C\r' FROM x) RLIKE '^[0-9]{6}\\z'
      AND TRIM(BOTH ' \t\n\u000C\r' FROM x) BETWEEN '110000' AND '829999'
    THEN TRIM(BOTH ' \t\n\u000C\r' FROM x)
  END;

-- A time written as yyyy-MM-dd HH:mm:ss, a fraction after it or not, or a day alone, which is its midnight.
CREATE OR REPLACE TEMPORARY FUNCTION local_time(x STRING) RETURNS TIMESTAMP_NTZ RETURN
  CASE
    WHEN text(x) RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{0,9})?)?$'
    THEN TRY_CAST(TRIM(TRAILING '.' FROM text(x)) AS TIMESTAMP_NTZ)
  END;

-- An instant as China's clock shows it: eight hours ahead of UTC, all year and everywhere.
CREATE OR REPLACE TEMPORARY FUNCTION in_china(x TIMESTAMP) RETURNS TIMESTAMP_NTZ RETURN
  CAST(x AS TIMESTAMP_NTZ) + INTERVAL '8' HOUR;

-- Nanoseconds since 1970 as a time to the microsecond.
CREATE OR REPLACE TEMPORARY FUNCTION from_nanoseconds(x BIGINT) RETURNS TIMESTAMP RETURN
  TIMESTAMP_MICROS((x - PMOD(x, 1000)) DIV 1000);

-- An amount stored with more digits than a row may carry: one that does not fit stays beyond it.
CREATE OR REPLACE TEMPORARY FUNCTION narrowed(x DECIMAL(38,2)) RETURNS DECIMAL(18,2) RETURN
  CASE
    WHEN x BETWEEN -10000000000 AND 10000000000 THEN CAST(x AS DECIMAL(18,2))
    WHEN x IS NOT NULL THEN CAST(99999999999 AS DECIMAL(18,2))
  END;

-- An amount that one row may carry, no more than ten billion yuan either way; 0 for any other.
CREATE OR REPLACE TEMPORARY FUNCTION figure(x DECIMAL(18,2)) RETURNS DECIMAL(13,2) RETURN
  CASE WHEN x BETWEEN -10000000000 AND 10000000000 THEN CAST(x AS DECIMAL(13,2)) ELSE CAST(0 AS DECIMAL(13,2)) END;

-- The check digit of seventeen digits (GB 11643, ISO 7064 MOD 11-2).
CREATE OR REPLACE TEMPORARY FUNCTION check_digit(x STRING) RETURNS STRING RETURN
  SUBSTR('10X98765432', 1 + (
{%- for weight in weights %}
    {{ "+ " if not loop.first }}{{ weight }} * CAST(SUBSTR(x, {{ loop.index }}, 1) AS INT)
{%- endfor %}
  ) % 11, 1);

-- A resident id: 18 characters with a right check digit, x as X; one of 15 digits is converted. Null when malformed.
CREATE OR REPLACE TEMPORARY FUNCTION resident(x STRING) RETURNS STRING RETURN
  CASE
    WHEN x RLIKE '^[0-9]{17}[0-9Xx]$' THEN
      CASE WHEN check_digit(SUBSTR(x, 1, 17)) = UPPER(SUBSTR(x, 18, 1)) THEN UPPER(x) END
    WHEN x RLIKE '^[0-9]{15}$' THEN
      CONCAT(SUBSTR(x, 1, 6), '19', SUBSTR(x, 7, 9), check_digit(CONCAT(SUBSTR(x, 1, 6), '19', SUBSTR(x, 7, 9))))
  END;

-- Whose a row is: a resident id unless another type of certificate is given; one of those as it stands, in capitals.
CREATE OR REPLACE TEMPORARY FUNCTION person(certno STRING, certificate_type STRING) RETURNS STRING RETURN
  CASE
    WHEN certificate_type IS NULL OR whole_number(certificate_type) = 1 THEN resident(certno)
    ELSE UPPER(certno)
  END;

-- A path as it is written: blanks and some other signs of it come as in a URI, `%20`.
CREATE OR REPLACE TEMPORARY FUNCTION written(path STRING) RETURNS STRING RETURN
  CASE WHEN INSTR(path, '%') > 0 THEN URL_DECODE(REPLACE(path, '+', '%2B')) ELSE path END;

-- The name of a file below its table's folder.
CREATE OR REPLACE TEMPORARY FUNCTION below(path STRING, folder STRING) RETURNS STRING RETURN
  SUBSTR(written(path), INSTR(written(path), folder) + LENGTH(folder));
