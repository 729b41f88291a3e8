{%- for table in tables %}
-- {{ table.title }}: {{ table.row }}. Every file under the contract's names, as its kinds; files of one layout are read together.
CREATE OR REPLACE TEMPORARY VIEW {{ table.name }}_delivered AS
{%- for part in table.parts %}
{{ "UNION ALL\n" if not loop.first -}}
SELECT
{%- if part.path %}
  below(_metadata.file_path, {{ part.folder }}) AS file,
  _metadata.row_index + 1 AS row
{%- else %}
  '' AS file,
  CAST(0 AS BIGINT) AS row
{%- endif %}
{%- for column in part.columns %},
  {{ column.sql }} AS {{ column.name }}
{%- endfor %}
{%- if part.path %}
FROM parquet.{{ part.path }} WITH ('recursiveFileLookup' = 'true', 'pathGlobFilter' = '*.parquet')
{%- else %}
WHERE FALSE
{%- endif %}
{%- endfor %};

{% endfor %}
