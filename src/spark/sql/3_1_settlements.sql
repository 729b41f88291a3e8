-- Each settlement with its texts trimmed and its amounts in as many digits as a row may carry.
CREATE OR REPLACE TEMPORARY VIEW settlements_read AS
SELECT
  file, row, setl_time, updt_time, benefit_year, begndate, enddate,
  parts_given, payers_given, person_given, funds_given,
  person(text(certno), text(psn_cert_type)) AS person_id,
  text(setl_id) AS setl_id,
  text(init_setl_id) AS init_setl_id,
  area(insu_admdvs) AS area_code,
  text(fixmedins_code) AS fixmedins_code,
  text(med_type) AS med_type,
  text(vali_flag) AS vali_flag,
  whole_number(text(deleted)) AS deleted,
  whole_number(text(refd_setl_flag)) AS refd_setl_flag,
  whole_number(text(out_flag)) AS out_flag,
  medfee_sumamt IS NULL OR hifp_pay IS NULL OR hifmi_pay IS NULL OR maf_pay IS NULL
    OR LEAST({{ amounts | join(", ") }}) < -10000000000
    OR GREATEST({{ amounts | join(", ") }}) > 10000000000
    AS has_bad_amount,
{%- for amount in amounts %}
  figure({{ amount }}) AS {{ amount }}{{ "," if not loop.last }}
{%- endfor %}
FROM settlements_delivered;

-- Each settlement judged by itself: why it cannot be used (step 1), whether it is void (step 3) or outside the window
-- (step 4), the figures that enter the sums, and what the checks see (step 6).
CREATE OR REPLACE TEMPORARY VIEW settlements_checked AS
SELECT
  file, row, person_id, setl_id, init_setl_id, setl_time, updt_time, area_code, fixmedins_code, med_type,
  -- Step 1: the first reason that holds.
  CASE
    WHEN person_id IS NULL THEN 'bad_certno'
    WHEN setl_id IS NULL THEN 'no_setl_id'
    WHEN setl_time IS NULL THEN 'bad_setl_time'
    WHEN has_bad_amount THEN 'bad_amount'
    WHEN medfee_sumamt < 0 AND init_setl_id IS NULL THEN 'negative_cost'
  END AS rejected,
  -- Step 3: a row that says nothing of it is valid.
  NOT COALESCE(whole_number(vali_flag) = 1, vali_flag IS NULL) OR COALESCE(deleted = 1, FALSE) AS is_void,
  -- Step 4: later rows are not known yet.
{%- if window.benefit_year %}
  COALESCE(setl_time >= {{ window.until_time }} OR benefit_year <> {{ window.benefit_year }}, TRUE) AS is_outside,
{%- else %}
  COALESCE(setl_time < {{ window.from_time }} OR setl_time >= {{ window.until_time }}, TRUE) AS is_outside,
{%- endif %}
  CAST(medfee_sumamt AS DECIMAL(18,2)) AS total_cost,
  CAST(hifp_pay AS DECIMAL(18,2)) AS basic_insurance,
  CAST(hifmi_pay AS DECIMAL(18,2)) AS critical_illness,
  CAST(maf_pay AS DECIMAL(18,2)) AS medical_assistance,
  CAST(cvlserv_pay + hifes_pay + hifob_pay + hifdm_pay + othfund_pay AS DECIMAL(18,2)) AS other_funds,
  CAST(ownpay_hosp_part AS DECIMAL(18,2)) AS hospital_part,
  CAST(inscp_amt AS DECIMAL(18,2)) AS in_scope_cost,
  -- Step 6: each where the file has every column that it compares; a difference of one fen is rounding.
  parts_given AND medfee_sumamt - (inscp_amt + fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt)
    NOT BETWEEN CAST('-0.01' AS DECIMAL(2,2)) AND CAST('0.01' AS DECIMAL(2,2)) AS parts_differ,
  payers_given AND medfee_sumamt - (fund_pay_sumamt + psn_pay + ownpay_hosp_part)
    NOT BETWEEN CAST('-0.01' AS DECIMAL(2,2)) AND CAST('0.01' AS DECIMAL(2,2)) AS payers_differ,
  person_given AND psn_pay - (acct_pay + cash_payamt)
    NOT BETWEEN CAST('-0.01' AS DECIMAL(2,2)) AND CAST('0.01' AS DECIMAL(2,2)) AS person_differs,
  funds_given AND fund_pay_sumamt - (hifp_pay + hifmi_pay + maf_pay)
    - (cvlserv_pay + hifes_pay + hifob_pay + hifdm_pay + othfund_pay)
    NOT BETWEEN CAST('-0.01' AS DECIMAL(2,2)) AND CAST('0.01' AS DECIMAL(2,2)) AS funds_differ,
  COALESCE(medfee_sumamt > 0 AND refd_setl_flag = 1, FALSE) AS is_refund,
  CASE WHEN out_flag IN (1, 2) THEN out_flag END AS off_site,
  CASE WHEN out_flag IN (1, 2) THEN begndate END AS visit_begins,
  CASE WHEN out_flag IN (1, 2) THEN enddate END AS visit_ends
FROM settlements_read;
