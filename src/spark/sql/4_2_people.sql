-- Everybody: whoever is in the register, has a settlement that counts, or was paid by commercial insurance. Whoever is in
-- no register is an ordinary insured person.
-- Kept.
CREATE OR REPLACE TEMPORARY VIEW everybody AS
SELECT
  person_id,
  register.categories IS NOT NULL AS in_register,
  psn_name, register_area, town_code,
  COALESCE(register.categories, ARRAY('ordinary_insured')) AS categories,
  settlement_area,
  COALESCE(settlements, 0) AS settlements,
{%- for figure in each_figure %}
  COALESCE({{ figure }}, 0) AS {{ figure }},
{%- endfor %}
  COALESCE(commercial, 0) AS commercial
FROM settlement_sums
FULL OUTER JOIN payment_sums USING (person_id)
FULL OUTER JOIN register USING (person_id);

-- Where each person belongs, and what was left to each after every payer and the hospital. Commercial insurance pays
-- outside the scope too.
CREATE OR REPLACE TEMPORARY VIEW burdens AS
SELECT
  *,
  COALESCE(register_area, settlement_area) AS area_code,
  CAST(total_cost - hospital_part{{ payers.total }} AS DECIMAL(18,2)) AS burden_total,
  CAST(in_scope_cost{{ payers.in_scope }} AS DECIMAL(18,2)) AS burden_in_scope
FROM everybody;

-- Whom a rule can cover{{ ": everybody, as one covers ordinary insured people" if covers_ordinary else ": the people of the register" }}.
CREATE OR REPLACE TEMPORARY VIEW subjects AS
SELECT *, COALESCE(area_code, {{ place_area }}) AS area_held_against
FROM burdens{{ "" if covers_ordinary else "\nWHERE in_register" }};
