//! Exact data stay as they are; the rest balances, with the least adjustment.

use proptest::prelude::*;

use super::given::Survey;
use super::network::{Known, Network, Standing};
use crate::fields::Check;

fn survey(text: &str) -> Result<Survey, Vec<String>> {
    let check = Check::new();
    let survey = Survey::of_table(std::path::Path::new("survey.csv"), text, &check);
    let problems: Vec<String> = check.finish().0.iter().map(ToString::to_string).collect();
    if problems.is_empty() { Ok(survey.unwrap()) } else { Err(problems) }
}

const TWO_PRODUCTS: &str = "stream,from,to,flow [t/h],flow sd [t/h],Zn [%],Zn sd [%],Cu [%],Cu sd [%]\n\
feed,,F,100,0,3.5,0.1,0.8,0.04\nconcentrate,F,,,,52,1,4.1,0.2\ntailings,F,,,,0.4,0.02,0.6,0.03\n";

#[test]
fn with_one_assay_it_is_the_two_product_formula() {
    let text = "stream,from,to,flow [t/h],flow sd [t/h],Zn [%],Zn sd [%]\nfeed,,F,100,0,3.5,0.1\nc,F,,,,52,1\nt,F,,,,0.4,0.02\n";
    let survey = survey(text).unwrap();
    let found = survey.network.reconcile().unwrap();
    let yield_of = (3.5 - 0.4) / (52.0 - 0.4);
    assert!((found.variables[1].value / 1000.0 - 100.0 * yield_of).abs() < 1e-9);
    assert_eq!(found.freedom, 0);
    assert!(found.chi_square < 1e-20);
    assert!(survey.tell(&found).caveats.iter().any(|c| c.text.contains("test nothing")));
}

/// One node, two assays: the least of the sum of squares over the yield alone is a second route, by the imbalance
/// r = x_f − Y x_c − (1 − Y) x_t over its variance.
#[test]
fn two_assays_find_the_yield_of_least_squares() {
    let survey = survey(TWO_PRODUCTS).unwrap();
    let found = survey.network.reconcile().unwrap();
    let sum = |y: f64| {
        let r = |f: f64, c: f64, t: f64, sf: f64, sc: f64, st: f64| {
            (f - y * c - (1.0 - y) * t).powi(2) / (sf * sf + (y * sc).powi(2) + ((1.0 - y) * st).powi(2))
        };
        r(3.5, 52.0, 0.4, 0.1, 1.0, 0.02) + r(0.8, 4.1, 0.6, 0.04, 0.2, 0.03)
    };
    let (mut low, mut high) = (0.01, 0.2);
    for _ in 0..200 {
        let (a, b) = (low + (high - low) * 0.382, low + (high - low) * 0.618);
        if sum(a) < sum(b) { high = b } else { low = a }
    }
    let y = f64::midpoint(low, high);
    assert!((found.variables[1].value / 1e5 - y).abs() < 1e-7, "{} {y}", found.variables[1].value / 1e5);
    assert!((found.chi_square - sum(y)).abs() < 1e-9);
    assert_eq!(found.freedom, 1);
    assert!(found.balances.iter().all(|n| (n.after.0 - n.after.1).abs() < 1e-12 * n.after.0.abs()));
}

#[test]
fn what_nothing_tells_is_named() {
    let text = "stream,from,to,flow [t/h],flow sd [t/h],Zn [%],Zn sd [%]\na,,M,10,0.2,2,0.1\nb,,M,,,,\nc,M,,,,3,0.1\n";
    let survey = survey(text).unwrap();
    let found = survey.network.reconcile().unwrap();
    let told = survey.tell(&found);
    let blind = told.caveats.iter().find(|c| c.text.contains("unobservable")).unwrap();
    assert!(
        blind.text.contains("flow of b") && blind.text.contains("Zn of b") && blind.text.contains("flow of c"),
        "{}",
        blind.text
    );
    assert!(found.variables.iter().any(|v| v.standing == Standing::Alone));
}

#[test]
fn a_gross_error_is_found_and_named() {
    let text = TWO_PRODUCTS
        .replace("4.1,0.2", "9.1,0.2")
        .replace("100,0,", "100,1,")
        .replace("concentrate,F,,,,", "concentrate,F,,6.0,0.1,");
    let survey = survey(&text).unwrap();
    let told = survey.tell(&survey.network.reconcile().unwrap());
    assert!(told.caveats.iter().any(|c| c.text.contains("larger than the stated deviations")));
    assert!(told.caveats.iter().any(|c| c.text.contains("gross error is likely in the Cu of")), "{:?}", told.caveats);
}

#[test]
fn a_bad_survey_is_told_whole() {
    let told = survey("stream,from,to,flow [kg],Zn [%]\nfeed,,F,x,3\nfeed,,,,\n").unwrap_err();
    assert!(told.iter().any(|t| t.contains("survey.csv:1") && t.contains("`kg` is not a unit")), "{told:#?}");
    assert!(told.iter().any(|t| t.contains("stands twice")) && told.iter().any(|t| t.contains("joins nothing")));
    assert!(told.iter().any(|t| t.contains("but how well?")));
    assert!(survey("stream,from\n").unwrap_err()[0].contains("no streams"));
    assert!(survey("").unwrap_err().iter().any(|t| t.contains("no column `stream`")));
}

/// A calcium assay of this survey was raised by three tenths on purpose.
#[test]
fn the_survey_that_ships_has_a_gross_error() {
    let survey = survey(include_str!("../../../scenarios/bastnasite/survey_SYNTHETIC.csv")).unwrap();
    let found = survey.network.reconcile().unwrap();
    assert_eq!(found.freedom, 7);
    let told = survey.tell(&found);
    let gross = &told.caveats.iter().find(|c| c.text.contains("gross error is likely")).unwrap().text;
    assert!(
        gross.contains("CaO of rougher concentrate")
            && gross.contains("cannot tell it from the CaO of cleaner tailings"),
        "{gross}"
    );
    assert!(found.balances.iter().all(|n| (n.after.0 - n.after.1).abs() < 1e-12 * n.after.0));
}

/// A chain of separations with a recycle: exact flows and assays.
fn exact(splits: &[f64], grades: &[f64], recycle: f64) -> (Network, Vec<f64>) {
    // feed + recycle → node 0 → product 0 and rest → node 1 → …; the last product goes back to node 0.
    let n = splits.len();
    let mut network = Network { components: vec!["A".into(), "B".into()], ..Network::default() };
    network.nodes = (0..=n).map(|k| format!("N{k}")).collect();
    let mut values: Vec<(f64, [f64; 2])> = Vec::new();
    let mut add = |name: String, ends: (Option<usize>, Option<usize>), flow: f64, amounts: [f64; 2]| {
        network.streams.push(name);
        network.ends.push(ends);
        values.push((flow, [amounts[0] / flow, amounts[1] / flow]));
    };
    // The mixed stream into node 1.
    let mut amounts = (50.0, [3.0, 1.2]);
    let back_flow = recycle * 10.0;
    let back = [back_flow * 0.04, back_flow * 0.02];
    add("feed".into(), (None, Some(0)), amounts.0 - back_flow, [amounts.1[0] - back[0], amounts.1[1] - back[1]]);
    add("back".into(), (Some(n), Some(0)), back_flow, back);
    add("mixed".into(), (Some(0), Some(1)), amounts.0, amounts.1);
    for k in 0..n {
        let out = amounts.0 * splits[k];
        let mut taken = [amounts.1[0] * splits[k] * grades[k], amounts.1[1] * splits[k] / grades[k]];
        let mut flow = out;
        if k + 1 == n {
            // The last node also feeds the recycle.
            flow = out.min(amounts.0 - back_flow);
            taken = [amounts.1[0] - back[0], amounts.1[1] - back[1]].map(|a| a * flow / (amounts.0 - back_flow));
            add(format!("p{k}"), (Some(k + 1), None), flow, taken);
            let left = amounts.0 - back_flow - flow;
            if left > 1e-9 {
                add(
                    "tails".into(),
                    (Some(k + 1), None),
                    left,
                    [amounts.1[0] - back[0] - taken[0], amounts.1[1] - back[1] - taken[1]],
                );
            }
        } else {
            add(format!("p{k}"), (Some(k + 1), None), flow, taken);
            amounts = (amounts.0 - flow, [amounts.1[0] - taken[0], amounts.1[1] - taken[1]]);
            add(format!("r{k}"), (Some(k + 1), Some(k + 2)), amounts.0, amounts.1);
        }
    }
    let mut z: Vec<f64> = values.iter().map(|v| v.0).collect();
    z.extend(values.iter().flat_map(|v| v.1));
    network.flows = values.iter().map(|v| Known::Measured(v.0, 0.02 * v.0)).collect();
    network.shares = values.iter().map(|v| v.1.iter().map(|x| Known::Measured(*x, 0.03 * x)).collect()).collect();
    (network, z)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn random_networks_balance_and_exact_ones_stay(
        splits in prop::collection::vec(0.1..0.5f64, 1..4),
        grades in prop::collection::vec(0.7..1.5f64, 4),
        recycle in 0.1..0.8f64,
        errors in prop::collection::vec(-2.0..2.0f64, 60),
        blind in prop::collection::vec(0..20usize, 2),
    ) {
        let (network, z) = exact(&splits, &grades, recycle);
        let found = network.reconcile().unwrap();
        for (v, z) in found.variables.iter().zip(&z) {
            prop_assert!((v.value / z - 1.0).abs() < 1e-11);
        }
        prop_assert!(found.chi_square < 1e-18);
        // The same with errors, and two measurements lost.
        let mut noisy = network.clone();
        for (k, flow) in noisy.flows.iter_mut().enumerate() {
            if let Known::Measured(m, s) = flow { *m += *s * errors[k]; }
            if blind[0] == k { *flow = Known::Unknown; }
        }
        for (k, share) in noisy.shares.iter_mut().flatten().enumerate() {
            if let Known::Measured(m, s) = share { *m += *s * errors[(k + 17) % 60]; }
            if blind[1] == k { *share = Known::Unknown; }
        }
        let found = noisy.reconcile().unwrap();
        prop_assert!(found.balances.iter().all(|n| (n.after.0 - n.after.1).abs() <= 1e-12 * n.after.0.abs().max(1e-6)));
        // No small step along the balances lowers the sum: scaling all deviations changes nothing of the answer.
        let mut scaled = noisy.clone();
        for known in scaled.flows.iter_mut().chain(scaled.shares.iter_mut().flatten()) {
            if let Known::Measured(_, s) = known { *s *= 3.0; }
        }
        let again = scaled.reconcile().unwrap();
        for (a, b) in found.variables.iter().zip(&again.variables).filter(|(a, _)| a.standing != Standing::Unobservable) {
            prop_assert!((a.value - b.value).abs() < 1e-8 * a.value.abs().max(1e-3));
        }
        prop_assert!((found.chi_square / again.chi_square / 9.0 - 1.0).abs() < 1e-6);
        // A measurement that is believed ten times more moves less.
        let at = 2;
        if let Known::Measured(m, s) = noisy.flows[at] {
            let mut firm = noisy.clone();
            firm.flows[at] = Known::Measured(m, s / 10.0);
            let moved = (firm.reconcile().unwrap().variables[at].value - m).abs();
            prop_assert!(moved <= (found.variables[at].value - m).abs() + 1e-9);
        }
    }
}
