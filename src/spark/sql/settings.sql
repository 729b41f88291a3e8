-- What overflows or cannot be read is an error, never a null that nobody sees.
SET spark.sql.ansi.enabled = true;

-- A decimal keeps all its digits, or is an error.
SET spark.sql.decimalOperations.allowPrecisionLoss = false;

-- A clock is taken as it stands.
SET spark.sql.session.timeZone = UTC;

-- Days are of the calendar of today, however old the file.
SET spark.sql.parquet.datetimeRebaseModeInRead = CORRECTED;

-- The same for times as INT96.
SET spark.sql.parquet.int96RebaseModeInRead = CORRECTED;

-- A TIMESTAMP that is not adjusted to UTC is a local time.
SET spark.sql.parquet.inferTimestampNTZ.enabled = true;

-- A TIMESTAMP of nanoseconds is read as the number that it is.
SET spark.sql.legacy.parquet.nanosAsLong = true;

-- The contract's names are held to the letter.
SET spark.sql.caseSensitive = true;

-- Nothing is gathered on the driver because it looks small: what is said to be small is, and nothing else.
SET spark.sql.autoBroadcastJoinThreshold = -1;

-- The same once it runs.
SET spark.sql.adaptive.autoBroadcastJoinThreshold = -1;

-- A view is made out once, and the files below it are listed once, however many others look at it.
SET spark.sql.legacy.storeAnalyzedPlanForView = true;
