use super::*;
use crate::library::Library;
use crate::separate::design::loading;
use crate::separate::design::order::{Cuts, cheapest};
use crate::separate::design::plan::Plans;
use crate::separate::design::rigorous;
use crate::separate::design::tests::{self as slate, spec};

/// Praseodymium, neodymium and samarium: two cuts of one extractant.
fn text() -> String {
    let feed = [("Pr", 250.0), ("Nd", 450.0), ("Sm", 200.0)];
    let products = ["Pr", "Nd", "Sm"].map(|metal| [metal, metal, "99.9", "99"]);
    let bounds = "most_stages = 120\nscrub_acid = [\"4 mol/L\"]\nstrip_acid = [\"5 mol/L\"]";
    slate::text(&feed, "", "least = \"stages-flow\"", bounds, &products)
}

/// The other light rare earths, with D2EHPA: the two cuts are alike, and so are the organic flows they need.
fn lanthanum() -> String {
    text()
        .replace("\"Pr3+\" = \"250 mol/h\"", "\"La3+\" = \"640 mol/h\"")
        .replace("\"Nd3+\" = \"450 mol/h\"", "\"Ce3+\" = \"100 mol/h\"")
        .replace("\"Sm3+\" = \"200 mol/h\"", "\"Pr3+\" = \"160 mol/h\"")
        .replace("\"p507\"\nconcentration = \"1.5", "\"d2ehpa\"\nconcentration = \"1")
        .replace("\"Pr\"", "\"La\"")
        .replace("\"Nd\"", "\"Ce\"")
        .replace("\"Sm\"", "\"Pr\"")
}

/// What the cheapest order uses without links, each battery solved on what reaches it.
fn alone(spec: &Spec) -> Tally {
    let plans = Plans::new(spec, false);
    let mut whole = Tally::default();
    let mut left = vec![(cheapest(&plans, spec.all()).unwrap(), spec.feed.clone())];
    while let Some((tree, feed)) = left.pop() {
        let Some((cut, parts)) = tree.cut else { continue };
        let plan = plans.plan(cut.tag).unwrap();
        let built = rigorous::build(spec, &Library::builtin(), &plan, plan.allowed, &feed, None).unwrap();
        whole.stage_flow += built.used.stage_flow;
        whole.base += built.used.base;
        whole.acid += built.used.acid;
        whole.solvent += built.used.solvent;
        left.extend(parts.into_iter().zip(built.balance.outlets));
    }
    whole
}

/// The two cuts of three products, the first handing its loaded organic phase on.
fn pair(spec: &Spec) -> Vec<Plan> {
    let plans = Plans::new(spec, true);
    let linked = |cut: &&crate::separate::design::order::Cut| plans.plan(cut.tag).is_some_and(|plan| plan.linked);
    let cuts = plans.of(spec.all(), 0);
    let first = cuts.iter().find(linked).unwrap();
    let (heavy, phase) = first.parts[1];
    let last = plans.of(heavy, phase);
    let last = last.iter().find(|cut| !linked(cut)).unwrap();
    [first, last].map(|cut| plans.plan(cut.tag).unwrap()).to_vec()
}

fn made(spec: &Spec, scrub: Scrub) -> Linked {
    let pair = pair(spec);
    let allowed: Vec<[f64; 2]> = pair.iter().map(|plan| plan.allowed).collect();
    let linked = build(spec, &Library::builtin(), &pair, &allowed, scrub, &spec.feed, f64::INFINITY).unwrap();
    for (passed, allowed) in linked.passed.iter().zip(&allowed) {
        assert!(passed[0] <= allowed[0] && passed[1] <= allowed[1], "{passed:?} {allowed:?}");
    }
    linked
}

/// Two cuts alike: one flow of base and one of scrub acid serve both. Two batteries whose flows are each traded for stages
/// need less of these.
#[test]
fn a_linked_pair_makes_the_same_with_less_base_and_acid() {
    let spec = spec(&lanthanum());
    let (alone, linked) = (alone(&spec), made(&spec, Scrub::Next).used);
    for (what, linked, alone, least, most) in [
        ("stages × flow", linked.stage_flow, alone.stage_flow, 1.04, 1.15),
        ("base", linked.base, alone.base, 0.84, 0.92),
        ("acid", linked.acid, alone.acid, 0.87, 0.95),
        ("solvent", linked.solvent, alone.solvent, 1.03, 1.15),
    ] {
        assert!((least..most).contains(&(linked / alone)), "{what}: {linked} linked, {alone} alone");
    }
}

/// Two cuts unlike: the easy one would have all the organic phase of the hard one pass its scrub and its strip.
#[test]
fn linking_an_easy_cut_to_a_hard_one_does_not_pay() {
    let spec = spec(&text());
    let alone = alone(&spec);
    for scrub in [Scrub::Next, Scrub::Acid] {
        let linked = made(&spec, scrub).used;
        assert!(linked.stage_flow > 1.1 * alone.stage_flow, "{} {}", linked.stage_flow, alone.stage_flow);
    }
}

/// Its batteries, told one by one, use what it uses.
#[test]
fn the_parts_of_a_chain_are_the_chain() {
    let spec = spec(&text());
    let linked = made(&spec, Scrub::Next);
    let parts = linked.batteries(&spec);
    let sum = |of: fn(&Tally) -> f64| parts.iter().map(|built| of(&built.used)).sum::<f64>() / of(&linked.used);
    for whole in [sum(|used| used.stage_flow), sum(|used| used.base), sum(|used| used.acid), sum(|used| used.oxide)] {
        assert!((whole - 1.0).abs() < 1e-9, "{whole}");
    }
    let fed = dissolved(&spec.feed).rare_earth_total();
    assert!(
        (dissolved(&parts[1].feed).rare_earth_total() + dissolved(&parts[0].balance.outlets[0]).rare_earth_total()
            - fed)
            .abs()
            < 1e-6 * fed
    );
    // Organic flow, counted by the unit itself, times stages.
    let table = &linked.balance.tables[0];
    let litres: f64 = table.numbers("organic").iter().flatten().sum();
    assert!((litres / linked.chain.litres(&spec, linked.used.stage_flow) - 1.0).abs() < 1e-6);
}

/// Free acid of the feed is met by base before the circuit, as much as it is: the circuit itself does not know of it.
#[test]
fn free_acid_costs_its_own_base_and_no_more() {
    let sour = lanthanum()
        .replace("Cl- = \"2700 mol/h\"", "Cl- = \"3200 mol/h\"\n\"H+\" = \"500 mol/h\"")
        .replace("feed_oxide = \"150 g/L\"\n", "");
    let plain = spec(&lanthanum().replace("feed_oxide = \"150 g/L\"\n", ""));
    let sour = spec(&sour);
    let (plain, sour) = (made(&plain, Scrub::Next), made(&sour, Scrub::Next));
    let base = |linked: &Linked| linked.used.base;
    let [neutralising, _] = search::drawn(sour.prepared.as_ref().unwrap());
    let left = sour.ready().aqueous.ions[Ion::H];
    assert!((neutralising + left - 500.0).abs() < 1e-6, "{neutralising} {left}");
    let more = (base(&sour) - base(&plain)) / 500.0;
    assert!((0.9..1.1).contains(&more), "{more} of the acid is met by more base");
}

/// Feed, what is drawn and what leaves: every element, over preparation and circuit together; base is the sum of both.
#[test]
fn a_chain_keeps_every_element_and_counts_all_base() {
    let linked = made(&spec(&text()), Scrub::Next);
    let units: Vec<&Balance> = linked.prepared.iter().chain([&linked.balance]).collect();
    let drawn = || units.iter().flat_map(|unit| &unit.drawn);
    let mut came = linked.feed.elements();
    drawn().for_each(|drawn| came += &drawn.stream.elements());
    let mut left = crate::element::ByElement::default();
    linked.balance.outlets.iter().for_each(|outlet| left += &outlet.elements());
    for (element, &moles) in came.iter() {
        assert!((left[element] - moles).abs() <= 1e-8 * moles, "{element}: {moles} came, {} left", left[element]);
    }
    let base: f64 = drawn().map(|drawn| (-drawn.stream.aqueous.ions[Ion::H]).max(0.0)).sum();
    assert!((linked.used.base / base - 1.0).abs() < 1e-12, "{} counted of {base}", linked.used.base);
    let counted: f64 = linked.batteries(&spec(&text())).iter().map(|built| built.used.base).sum();
    assert!((counted / base - 1.0).abs() < 1e-12);
}

/// Every section held below the loading that the fullest has by itself, on a feed brought to a lower pH where that takes it.
#[test]
fn a_chain_holds_to_a_loading() {
    // Two nines: what is asked is short, and what is held is the same.
    let mut spec = spec(&lanthanum().replace("purity = \"99.9 %\"", "purity = \"98 %\""));
    let full = |linked: &Linked| loading::highest(&linked.balance, |_| true).unwrap();
    let free = made(&spec, Scrub::Next);
    let most = full(&free) - 0.01;
    spec.most_loading = Some(most);
    spec.lower_feed_ph = vec![1.5, 1.0];
    let kept = made(&spec, Scrub::Next);
    println!(
        "{} {} -> {} {} {:?}",
        full(&free),
        in_words(&free.chain),
        full(&kept),
        in_words(&kept.chain),
        kept.chain.feed_ph
    );
    assert!(full(&kept) <= most, "{} {most}", full(&kept));
}
