-- Who was left with more than the threshold in rand_hie, on :as_of. Written for this delivery alone, where every row is
-- valid, sent once and reverses nothing (the counts below would show it if that changed). Amounts in yuan.
-- run by rand_hie.py, which puts the delivery's folder and the day in place of {delivery} and {as_of}
with year_to_date as (
  select certno as person_id, count(*) as settlements, sum(medfee_sumamt) as total_cost, sum(hifp_pay) as basic_insurance,
         sum(hifmi_pay) as critical_illness, sum(maf_pay) as medical_assistance, sum(inscp_amt) as in_scope_cost,
         sum(medfee_sumamt - hifp_pay - hifmi_pay - maf_pay) as burden_total,
         sum(inscp_amt - hifp_pay - hifmi_pay - maf_pay) as burden_in_scope
  from '{delivery}/settlements/*.parquet'
  where setl_time >= date_trunc('year', date '{as_of}') and setl_time < date '{as_of}' + interval 1 day and vali_flag = '1'
  group by certno
), register as (
  select certno as person_id, psn_idet_type as code, insu_admdvs as area_code,
         case psn_idet_type when '2' then 'return_to_poverty' when '5' then 'fall_into_poverty' end as rule
  from '{delivery}/identities/*.parquet'
  where begndate <= date '{as_of}' and (enddate is null or enddate > date '{as_of}')
), held_against as (
  select area_code, per_capita_disposable_income as income_reference
  from '{delivery}/income/*.parquet'
  where series = 'rural' and year = extract(year from date '{as_of}') - 1
)
select person_id, rule, area_code, settlements, total_cost, basic_insurance, critical_illness, medical_assistance,
       burden_total, burden_in_scope, income_reference,
       case code when '2' then income_reference / 2 else income_reference end as threshold
from year_to_date join register using (person_id) join held_against using (area_code)
where case code when '2' then 2 * burden_total else burden_total end > income_reference
order by rule, person_id
