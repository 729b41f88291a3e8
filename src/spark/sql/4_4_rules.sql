-- The rules in force, a row a category that each covers: `percent` of the reference income, or a fixed `amount`.
{%- for rule in rules %}
-- {{ rule.id }}: {{ rule.reference }}
{%- endfor %}
CREATE OR REPLACE TEMPORARY VIEW rules AS
SELECT rule_number, rule, tests, comparison, percent, amount, category_number, category
FROM VALUES
{%- for rule in rules %}
{%- set last_rule = loop.last %}
{%- for category in rule.categories %}
  ({{ rule.number }}, {{ rule.rule }}, {{ rule.tests }}, {{ rule.comparison }}, {{ rule.percent }}, {{ rule.amount }}, {{ category.number }}, {{ category.name }}){{ "," if not (loop.last and last_rule) }}
{%- endfor %}
{%- endfor %}
  AS rules (rule_number, rule, tests, comparison, percent, amount, category_number, category);

-- Each person under each rule that covers one of the person's categories, with a hundred times the threshold, so that
-- nothing is divided: percent times income, or a hundred times the amount.
CREATE OR REPLACE TEMPORARY VIEW thresholds AS
SELECT /*+ BROADCAST(rules, reference_incomes) */
  person_id, in_register, subjects.area_code, subjects.area_held_against, settlements, total_cost, burden_total,
  burden_in_scope, rule_number, rule, tests, comparison, category_number, category,
  CASE WHEN tests = 'burden_total' THEN burden_total ELSE burden_in_scope END AS burden_tested,
  CASE WHEN percent IS NOT NULL THEN income_reference END AS income_reference,
  CASE WHEN percent IS NOT NULL THEN income_year END AS income_year,
  CASE WHEN percent IS NOT NULL THEN income_area END AS income_area,
  CASE
    WHEN percent IS NOT NULL THEN CAST(income_reference * percent AS DECIMAL(26,6))
    ELSE CAST(amount * CAST('100' AS DECIMAL(3,0)) AS DECIMAL(26,6))
  END AS threshold_percent
FROM subjects
JOIN rules ON ARRAY_CONTAINS(subjects.categories, rules.category)
LEFT JOIN reference_incomes ON subjects.area_held_against = reference_incomes.area_held_against;

-- Of the rules that test the same burden, the one with the lowest threshold is used; of equal ones, that which the policy
-- names first. A threshold that is not known is higher than any that is.
CREATE OR REPLACE TEMPORARY VIEW rules_in_order AS
SELECT
  *,
  ROW_NUMBER() OVER (
    PARTITION BY person_id, tests
    ORDER BY threshold_percent ASC NULLS LAST, rule_number ASC NULLS LAST, category_number ASC NULLS LAST
  ) AS place
FROM thresholds;

-- Everybody held against the rule that applies: above (超过), or at least (达到). Whoever has no settlement meets none.
-- Kept.
CREATE OR REPLACE TEMPORARY VIEW assessed AS
SELECT
  *,
  settlements > 0 AND COALESCE(
    CASE
      WHEN comparison = 'above' THEN burden_tested * CAST('100' AS DECIMAL(3,0)) > threshold_percent
      ELSE burden_tested * CAST('100' AS DECIMAL(3,0)) >= threshold_percent
    END, FALSE) AS is_flagged
FROM rules_in_order
WHERE place = 1;
