use super::*;
use crate::error::Error;
use crate::library::Library;
use crate::separate::design::order::{Cuts, Set};
use crate::separate::design::plan::Plans;
use crate::separate::design::rigorous;
use crate::separate::design::spec::dissolved;
use crate::separate::design::tests as slate;

/// Samarium, europium and gadolinium as in `zhang2016`, the middle a concentrate of `purity`.
fn spec(purity: &str) -> Spec {
    let feed = [("Sm", 510.0), ("Eu", 100.0), ("Gd", 390.0)];
    let products = [["Sm", "Sm", "99.99", "88"], ["Eu", "Eu", purity, "99"], ["Gd", "Gd", "99.9", "62"]];
    let cost = "least = \"cost\"\nstage = 0.0002\nbase = 0.02\nacid = 0.01\nsolvent = 0.05\noxide = 0.0005";
    let bounds = "most_stages = 200\nscrub_acid = [\"3 mol/L\", \"4 mol/L\"]\nstrip_acid = [\"4 mol/L\", \"5 mol/L\"]";
    // Chloride for the metals alone: ten moles of acid come with their own.
    slate::spec(
        &slate::text(&feed, "\"H+\" = \"10 mol/h\"\n", cost, bounds, &products)
            .replace("\"3000 mol/h\"", "\"3010 mol/h\""),
    )
}

/// The one battery of three outlets there is, and what its cuts may pass.
fn plan(spec: &Spec) -> (Plan, Passed) {
    let plans = Plans::with_middle(spec, std::collections::BTreeSet::new());
    let cuts = plans.of(spec.all(), 0);
    let plan = cuts.iter().filter_map(|cut| plans.plan(cut.tag)).find(|plan| plan.middle != 0).unwrap();
    let lower = plan.lower.as_ref().unwrap().allowed;
    (plan.clone(), [lower, plan.allowed])
}

/// Each outlet solved rigorously is what was asked of it, and one saponified phase does for both cuts.
#[test]
fn three_outlets_are_what_is_asked_and_cost_less_than_two_batteries() {
    let spec = spec("50");
    let library = Library::builtin();
    let (plan, allowed) = plan(&spec);
    let made = build(&spec, &library, &plan, allowed, &spec.feed, f64::INFINITY, None).unwrap();
    for (passed, allowed) in made.passed.iter().flatten().zip(allowed.iter().flatten()) {
        assert!(passed <= allowed, "{:?} {allowed:?}", made.passed);
    }
    // What enters leaves, and the floor is below what was built.
    let fed = dissolved(&spec.feed);
    let left: Vec<_> = made.balance.outlets.iter().map(dissolved).collect();
    for (element, moles) in fed.rare_earths() {
        let all: f64 = left.iter().map(|outlet| outlet[element]).sum();
        assert!((all - moles).abs() <= 1e-9 * moles, "{element}");
    }
    assert!(plan.least_organic[0] < made.shape.carries, "{:?} {:?}", plan.least_organic, made.shape);
    // The two cuts, the second on what really comes to it.
    let plans = Plans::new(&spec, false);
    let two = |set: Set, light: Set| {
        let cuts = plans.of(set, 0);
        cuts.iter().filter_map(|cut| plans.plan(cut.tag)).find(|plan| plan.parts[0] == light).unwrap()
    };
    let (below, middle) = (plan.parts[0], plan.middle);
    let cheapest =
        |plan: Plan, feed: &Stream| rigorous::build(&spec, &library, &plan, plan.allowed, feed, None).unwrap();
    let first = cheapest(two(spec.all(), below | middle), &spec.feed);
    let second = cheapest(two(below | middle, below), &first.balance.outlets[0]);
    let pair = spec.goal.price(&first.used) + spec.goal.price(&second.used);
    let three = spec.goal.price(&made.used);
    println!("{three} {pair} {:?} {:?} {:?}", made.used, first.used, second.used);
    assert!(three < 0.97 * pair, "{three} {pair}");
    assert!(
        made.used.base < 0.9 * (first.used.base + second.used.base),
        "{:?} {:?} {:?}",
        made.used,
        first.used,
        second.used
    );
}

/// Three nines beside gadolinium: the flow it needs is told before any solver is asked for it.
#[test]
fn a_middle_too_pure_for_its_flow_is_refused_with_the_flow_it_needs() {
    let spec = spec("99.9");
    let (plan, allowed) = plan(&spec);
    assert!(plan.least_organic[0] > 100.0 * plan.fed, "{:?}", plan.least_organic);
    let ceiling = spec.goal.price(&plan.used);
    let error = build(&spec, &Library::builtin(), &plan, allowed, &spec.feed, 0.1 * ceiling, None).unwrap_err();
    assert!(matches!(&error, Error::Infeasible { .. }), "{error}");
    let told = error.to_string();
    assert!(told.contains("Sm | Eu | Gd") && told.contains("mol of metal in the organic phase"), "{told}");
}

/// Held below the loading that it has by itself.
#[test]
fn three_outlets_hold_to_a_loading() {
    let library = Library::builtin();
    let mut spec = spec("50");
    let (plan, allowed) = plan(&spec);
    let made = |spec: &Spec| build(spec, &library, &plan, allowed, &spec.feed, f64::INFINITY, None);
    let full = |made: &Middle| loading::highest(&made.balance, |_| true).unwrap();
    let free = made(&spec).unwrap();
    spec.most_loading = Some(full(&free) - 0.004);
    spec.lower_feed_ph = vec![1.0];
    let kept = made(&spec).unwrap();
    assert!(full(&kept) <= full(&free) - 0.004, "{} {}", full(&kept), full(&free));
    for (passed, allowed) in kept.passed.iter().flatten().zip(allowed.iter().flatten()) {
        assert!(passed <= allowed, "{:?} {allowed:?}", kept.passed);
    }
}
