use super::*;
use debt::Repayment;

fn finance() -> Finance {
    Finance {
        starts: None,
        valued: None,
        construction: vec![0.1, 0.6, 0.3],
        ramp_up: vec![0.5],
        life: 20,
        rate: 0.08,
        timing: Timing::End,
        tax: 0.3,
        royalty: 0.02,
        depreciation: Depreciation::straight_line(10),
        working_capital: 0.05,
        sustaining: 0.01,
        inflation: None,
        debt: None,
        losses: LossRule::default(),
        closure: None,
    }
}

fn project(of: &Finance) -> Project {
    let full = FullYear { capital: 100.0, revenue: 60.0, varying: 15.0, fixed: 10.0 };
    Project { capital: 100.0, working: 5.0, returned: 1.0, years: of.operations(&full, |_| 1.0) }
}

fn value(of: &Finance) -> f64 {
    of.present(&of.years(&project(of), 2025), Year::net)
}

fn steady(rate: f64) -> Inflation {
    Inflation { general: rate, capital: rate, operating: rate, revenue: rate }
}

/// Where everything rises together only what is fixed in old money loses: nothing without tax, depreciation with it.
#[test]
fn inflation_eats_depreciation_and_nothing_else() {
    let plain = Finance { tax: 0.0, ..finance() };
    let risen = Finance { inflation: Some(steady(0.05)), ..plain.clone() };
    // Working capital is bought again at every year's price.
    let moved = value(&plain) - value(&risen);
    let held = Finance { inflation: None, ..plain.clone() };
    let stock: f64 = (4..23).map(|at| 5.0 * (1.0 - 1.0 / 1.05) * held.discount(at)).sum();
    assert!((moved - stock).abs() < 1e-9, "{moved} {stock}");
    let taxed = Finance { inflation: Some(steady(0.05)), ..finance() };
    assert!(value(&taxed) < value(&finance()) - moved);
}

#[test]
fn a_loan_at_the_discount_rate_is_worth_its_relief_from_tax() {
    let debt =
        Debt { share: 0.5, interest: 0.08, years: 10, repayment: Repayment::Annuity, paid_while_building: false };
    let lent = Finance { debt: Some(debt), ..finance() };
    let years = lent.years(&project(&lent), 2025);
    let owners = lent.present(&years, Year::to_owners);
    assert!(owners > value(&finance()));
    let free = Finance { tax: 0.0, ..lent };
    let years = free.years(&project(&free), 2025);
    assert!((free.present(&years, Year::to_owners) - free.present(&years, Year::net)).abs() < 1e-9);
}

/// Real money at the real rate and money of the day at the nominal one are the same value.
#[test]
fn the_loan_is_nominal() {
    let debt = Debt {
        share: 0.5,
        interest: 1.08 * 1.03 - 1.0,
        years: 10,
        repayment: Repayment::EqualParts,
        paid_while_building: true,
    };
    let lent = Finance { tax: 0.0, inflation: Some(steady(0.03)), debt: Some(debt), ..finance() };
    let years = lent.years(&project(&lent), 2025);
    assert!(lent.present(&years, |year| year.loan).abs() < 1e-9);
}

/// Over the whole life, what is taxed is what is earned, however it is written off.
#[test]
fn all_is_taxed_once() {
    for depreciation in [Depreciation::straight_line(22), Depreciation::declining_balance(0.2, 10)] {
        let of = Finance { depreciation, closure: Some(Closure { share: 0.1, years: 2, provided: true }), ..finance() };
        let years = of.years(&project(&of), 2025);
        let sum = |part: &dyn Fn(&Year) -> f64| years.iter().map(part).sum::<f64>();
        let earned = sum(&|y| y.revenue - y.capital - y.operating - y.royalty);
        assert!((sum(&|y| y.tax) - 0.3 * earned).abs() < 1e-9);
    }
}

#[test]
fn closing_is_spent_after_the_last_year_of_production() {
    let of = Finance { closure: Some(Closure { share: 0.1, years: 2, provided: false }), ..finance() };
    let years = of.years(&project(&of), 2025);
    assert_eq!(years.len(), 25);
    assert!((years[23].capital + years[24].capital - 10.0).abs() < 1e-12);
    let lost: f64 = [23, 24].iter().map(|at| 5.0 * of.discount(*at)).sum();
    assert!((value(&finance()) - value(&of) - lost).abs() < 1e-9);
}

#[test]
fn the_value_of_an_earlier_day_is_discounted_to_it() {
    let later = Finance { starts: Some(2030), valued: Some(2026), ..finance() };
    assert!((value(&later) * 1.08_f64.powi(4) - value(&finance())).abs() < 1e-9);
    assert!((later.calendar(2) - 2032.0).abs() < 1e-12);
}

#[test]
fn the_least_that_pays_is_the_root() {
    assert!((least_that_pays(|x| x * x - 2.0).unwrap() - 2.0_f64.sqrt()).abs() < 1e-12);
    assert!((least_that_pays(|x| if x < 7.0 { x - 7.0 } else { 3.0 * (x - 7.0) }).unwrap() - 7.0).abs() < 1e-12);
    assert_eq!(least_that_pays(|_| -1.0), None);
    assert_eq!(least_that_pays(|_| 1.0), Some(0.0));
}
