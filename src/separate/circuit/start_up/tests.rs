//! Laws of a circuit's start-up: any filling leads to the steady circuit, nothing is lost on the way.

use crate::document::Node;
use crate::fields::{Check, Fields};
use crate::library::Library;
use crate::separate::cascade::network::Phase;
use crate::separate::cascade::time::{Moment, Pace, Regime, follow};
use crate::separate::circuit::tests::{LOOP, loop_feeds, out, reading, solved, told};
use crate::separate::circuit::{Circuit, run};
use crate::table::Cell;

/// `LOOP` with poor stages and drops, and its start-up.
fn started(start_up: &str) -> String {
    let poor = LOOP
        .replace("efficiency = 1\n", "efficiency = 0.9\n")
        .replace("organic_in_solution = 0\n", "organic_in_solution = 0.002\n")
        .replace("solution_in_organic = 0\n", "solution_in_organic = 0.005\n");
    let (head, rest) = poor.split_once("[[organic]]").unwrap();
    format!("{head}[start_up]\nmap = [\"Sm\", \"Dy\"]\n{start_up}\n[[organic]]{rest}")
}

const ASKED: &str = "[[start_up.outlet]]\nname = \"raffinate\"\nof = \"La\"\npurity = \"50 %\"\n[[start_up.outlet]]\nname = \"product\"\nof = [\"Nd\", \"Sm\", \"Dy\"]\npurity = \"90 %\"\n[[start_up.outlet]]\nname = \"bleed\"\nof = \"Dy\"\npurity = \"1 %\"";

fn circuit(text: &str) -> Circuit {
    let node = Node::parse("c.toml", text).unwrap();
    let check = Check::new();
    let circuit = Circuit::read(&mut Fields::new(&node, "SX-1", &check), &Library::builtin());
    circuit.unwrap_or_else(|| panic!("{:?}", check.finish().0))
}

/// Another filling, other tanks: in the end what the steady solve says, in every outlet and in the vessels.
#[test]
fn every_filling_ends_in_the_steady_circuit() {
    for plan in ["filled = \"feed\"\ntanks = 1", "filled = \"acid\"\ntanks = 1", "filled = \"feed\"\ntanks = 3"] {
        let text = started(&format!("hours = \"2000 h\"\n{plan}\n{ASKED}"));
        let done = solved(&text, &loop_feeds()).unwrap();
        let outlets = done.balance.tables.iter().find(|t| t.name.ends_with("start_up_outlets")).unwrap();
        let end = |column: &str| outlets.numbers(column).last().unwrap().unwrap();
        let oxide = |e: crate::element::Element| e.molar_mass() * e.oxide_factor().unwrap();
        for (port, wanted) in [("raffinate", &["La"][..]), ("product", &["Nd", "Sm", "Dy"]), ("bleed", &["Dy"])] {
            let stream = out(&done, &text, port);
            let kg = |names: &[&str]| -> f64 {
                let of = |name: &&str| {
                    let element: crate::element::Element = name.parse().unwrap();
                    let ion = crate::separate::mixer_settlers::ion_of(element).unwrap();
                    oxide(element) * (stream.aqueous.ions[ion] + stream.organic.ions[ion])
                };
                names.iter().map(of).sum()
            };
            let steady = 100.0 * kg(wanted) / kg(&["La", "Nd", "Sm", "Dy"]);
            let got = end(&format!("{port} purity"));
            assert!((got / steady - 1.0).abs() < 1e-6, "{plan} {port}: {got} {steady}");
        }
        let locked: f64 =
            done.balance.readings.iter().filter(|r| r.name.ends_with("locked up, as oxide")).map(|r| r.value).sum();
        assert!((end("inventory") / locked - 1.0).abs() < 1e-6, "{plan}: {} {locked}", end("inventory"));
        assert!(reading(&done, "time to specification, feed at once") > 0.0);
    }
}

/// Of every metal: what is fed has left by the outlets, summed up by hand, or is held.
#[test]
fn metal_in_is_metal_out_and_metal_held() {
    let text = started("hours = \"6 h\"\nfilled = \"feed\"\ntanks = 1");
    let circuit = circuit(&text);
    let feeds = loop_feeds();
    let (solved, _) = run::solve(&circuit, &feeds).unwrap();
    let plan = circuit.start_up.as_ref().unwrap();
    let watch = super::tell::watch(plan, &solved);
    let stretches = super::tell::stretches(plan, &solved, &feeds).unwrap();
    let [stretch] = &stretches[..] else { panic!("one stretch") };
    let regimes = [Regime { until: 6.0, network: &stretch.network, carried: stretch.carried.clone() }];
    let k = solved.network.solutes.len();
    let leaving = |moment: &Moment| -> Vec<f64> {
        let mut sum = vec![0.0; k];
        for &(stage, phase, share) in &solved.plan.outlets {
            let all = if phase == Phase::Organic { &moment.organic } else { &moment.aqueous };
            sum.iter_mut().zip(&all[stage * k..]).for_each(|(sum, moles)| *sum += share * moles);
        }
        sum
    };
    let (mut left, mut first, mut last): (Vec<f64>, Vec<f64>, Option<Moment>) = (vec![0.0; k], Vec::new(), None);
    follow(&watch.vessels, &watch.filling, &regimes, Pace { tolerance: 1e-4, longest: 0.01 }, &mut |moment| {
        match &last {
            None => first.clone_from(&moment.held),
            Some(last) => {
                let hours = 0.5 * (moment.time - last.time);
                let both = leaving(last).into_iter().zip(leaving(moment));
                left.iter_mut().zip(both).for_each(|(left, (a, b))| *left += hours * (a + b));
            }
        }
        last = Some(moment.clone());
    })
    .unwrap();
    let held = last.unwrap().held;
    for (i, element) in solved.network.solutes.iter().enumerate().filter(|(_, e)| e.is_rare_earth()) {
        let fed: f64 = (0..watch.stages.len()).map(|j| solved.network.fresh[j * k + i]).sum::<f64>() * 6.0;
        let (came, went) = (first[i] + fed, left[i] + held[i]);
        assert!((went / came - 1.0).abs() < 1e-4 && left[i] > 0.0, "{element}: {came} {went}");
    }
}

#[test]
fn an_upset_of_a_feed_or_of_a_liquor_is_felt_and_passes() {
    for (upset, says) in [
        ("of = \"liquor\"\nflow = 1.5", "liquor +50 %"),
        ("of = \"second\"\nflow = 0.2", "second -80 %"),
        ("of = \"strip-acid\"\nflow = 0.6\nstrength = \"4 mol/L\"", "strip-acid -40 %, strip-acid to 4 mol/L"),
        ("of = \"scrub-acid\"\nstrength = \"1 mol/L\"", "scrub-acid to 1 mol/L"),
    ] {
        let upset = format!("[start_up.upset]\nat = \"600 h\"\nuntil = \"700 h\"\n{upset}");
        let text = started(&format!("hours = \"1500 h\"\nfilled = \"feed\"\ntanks = 1\n{ASKED}\n{upset}"));
        let done = solved(&text, &loop_feeds()).unwrap();
        let table = done.balance.tables.iter().find(|t| t.name.ends_with("start_up_outlets")).unwrap();
        let time = table.numbers("time");
        let (mut moved, mut back) = (0.0_f64, 0.0_f64);
        for column in ["raffinate purity", "product purity", "bleed purity"] {
            let purity = table.numbers(column);
            let at = |hours: f64| purity[time.iter().position(|t| t.unwrap() >= hours).unwrap()].unwrap();
            moved = moved.max((at(700.0) - at(600.0)).abs());
            back = back.max((purity.last().unwrap().unwrap() - at(600.0)).abs());
        }
        assert!(moved > 0.1 && back < 1e-3, "{says}: {moved} {back}");
        assert!(table.rows.iter().any(|row| row.last() == Some(&Cell::from(says))), "{says}");
    }
}

#[test]
fn what_cannot_be_is_told_before_anything_runs() {
    let plan = "hours = \"9 h\"\nfilled = \"feed\"\ntanks = 1\n";
    let upset = |words: &str| format!("{plan}[start_up.upset]\nat = \"4 h\"\n{words}");
    for (start_up, says) in [
        (format!("{plan}{}", ASKED.replace("\"bleed\"", "\"bled\"")), "did you mean `bleed`?"),
        (format!("{plan}{}", ASKED.replace("\"bleed\"", "\"product\"")), "`product` is asked twice"),
        (format!("{plan}{}", ASKED.replace("\"La\"", "\"Fe\"")), "`Fe` is no rare earth"),
        (upset("of = \"liquor\""), "changes nothing"),
        (upset("of = \"load\"\nflow = 2"), "there is no inlet or liquor `load`, which is a section"),
        (upset("of = \"liquor\"\nstrength = \"1 mol/L\""), "is an inlet, which comes as it is"),
        (upset("of = \"strip-acid\"\nstrength = \"15 mol/L\""), "is no stronger than"),
        (upset("of = \"liquor\"\nflow = 2\nuntil = \"3 h\""), "not between"),
        (plan.replace("\"feed\"", "\"water\""), "`water` is not known"),
        (format!("{plan}total_reflux = \"1 h\""), "unknown key"),
    ] {
        let (unit, told) = told(&started(&start_up));
        assert!((unit.is_none() || !told.is_empty()) && told.join("\n").contains(says), "{start_up}: {told:#?}");
    }
}
