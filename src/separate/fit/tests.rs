//! Fits of made-up points give back what made them; fits of real points repeat; poor recipes say why.

use std::path::Path;

use super::recipe::Recipe;
use super::*;
use crate::document::Node;
use crate::library::Library;
use crate::separate::extractant::Extractant;
use crate::separate::isotherm::Contact;

pub(crate) const LI: &str = r#"
name = "p507-li1987"
about = "P507 in hydrochloric acid, Li 1987"
points = "llepe2021_p507_hcl"
like = "p507-li1987"
sources = ["Li (1987)"]
weights = "equal"
loss = "squares"
offsets = "none"
[keep]
d_from = 0.02
d_to = 50
free_from = 0.002
[law]
form = "cation-exchange"
reference = 1.0
order = 3
slope = 3
alstad = 0
activity = "none"
"#;

fn read(text: &str) -> Result<Recipe, Error> {
    Recipe::read(&Node::parse("recipe.toml", text).unwrap(), Path::new("."), &Library::builtin())
}

fn recipe(text: &str) -> Recipe {
    read(text).unwrap_or_else(|error| panic!("{error}"))
}

fn value(fit: &Fit, name: &str) -> f64 {
    fit.parameters.iter().chain(&fit.offsets).find(|p| p.name == name).unwrap_or_else(|| panic!("{name}")).value
}

/// Contacts solved with known constants, slopes and offsets by source, as if measured.
fn made_up(offset: &[f64], shared: [f64; 3]) -> Recipe {
    let mut recipe = recipe(&LI.replace("sources = [\"Li (1987)\"]\n", ""));
    recipe.points.elements = vec![Element::La, Element::Nd, Element::Dy];
    recipe.points.points.clear();
    for (lab, shift) in offset.iter().enumerate() {
        let law = law(*shift, shared);
        for i in 0..24 {
            let mut point = Point {
                line: i + 2,
                label: format!("lab {lab}"),
                acid: [0.01, 0.05, 0.2, 0.4][i % 4],
                extractant: [0.4, 1.0, 2.0][i % 3],
                ratio: [0.5, 1.0, 2.0][(i / 3) % 3],
                feed: ByElement::from_fn(|_| None),
                aqueous: ByElement::from_fn(|_| None),
            };
            for (k, element) in [Element::La, Element::Nd, Element::Dy].into_iter().enumerate() {
                point.feed[element] = Some(0.005 + 0.013 * ((i * 5 + k * 7) % 11) as f64);
            }
            let foretold = predict::contact(&law, &point).unwrap();
            for (element, log_d) in foretold {
                let d = 10f64.powf(log_d) * point.ratio;
                point.aqueous[element] = Some(point.feed[element].unwrap() / (1.0 + d));
            }
            recipe.points.points.push(point);
        }
    }
    recipe.d = [1e-6, 1e6];
    recipe
}

fn law(shift: f64, [order, slope, alstad]: [f64; 3]) -> crate::separate::isotherm::cation_exchange::CationExchange {
    let mut log_k = ByElement::from_fn(|_| None);
    for (element, value) in [(Element::La, -3.7), (Element::Nd, -2.1), (Element::Dy, 0.6)] {
        log_k[element] = Some(value + shift);
    }
    crate::separate::isotherm::cation_exchange::CationExchange::new(log_k, 1.0, order, alstad).with_slope(slope)
}

/// Points made by a law give its constants, slopes and Alstad's coefficient back, through another
/// route: the stage solver made them, the regression reads them.
#[test]
fn what_made_the_points_is_found_again() {
    let mut recipe = made_up(&[0.0], [2.4, 2.8, 0.3]);
    recipe.free = vec![Shared::Order, Shared::Slope, Shared::Alstad];
    let fit = fit(&recipe).unwrap();
    assert_eq!(fit.observations.len(), 72);
    for (name, told) in [
        ("log K of La", -3.7),
        ("log K of Nd", -2.1),
        ("log K of Dy", 0.6),
        ("order", 2.4),
        ("slope", 2.8),
        ("alstad", 0.3),
    ] {
        assert!((value(&fit, name) - told).abs() < 1e-6, "{name}: {}", value(&fit, name));
    }
    assert!(fit.rms < 1e-7, "{}", fit.rms);
}

/// Offsets of laboratories are told from constants, and the separation factors do not bear them.
#[test]
fn offsets_are_told_from_constants() {
    let offsets = [0.5, -0.3, 0.2, -0.4];
    let mut recipe = made_up(&offsets, [3.0, 3.0, 0.0]);
    let plain = fit(&recipe).unwrap();
    recipe.offsets = Offsets::Random;
    let fit = fit(&recipe).unwrap();
    let between = fit.between.unwrap();
    assert!(plain.rms > 0.3 && fit.rms < 1e-3, "{} {}", plain.rms, fit.rms);
    // The offsets' own sample deviation, their mean being 0.
    let told = (offsets.iter().map(|u| u * u).sum::<f64>() / 3.0).sqrt();
    assert!((between - told).abs() < 0.01, "{between} {told}");
    let apart = value(&fit, "log K of Dy") - value(&fit, "log K of La");
    assert!((apart - 4.3).abs() < 1e-3, "{apart}");
    // One standard error of a constant is at least that of the mean of four laboratories.
    assert!(fit.parameters[0].error > 0.9 * between / 2.0);
    assert!(fit.left_out.len() == 4 && fit.left_out.iter().any(|group| group.mean.abs() > 0.3));
}

/// The means of the residuals are the constants' own second route when the slopes stand fixed.
#[test]
fn fixed_slopes_give_means() {
    let fit = fit(&recipe(LI)).unwrap();
    assert_eq!((fit.observations.len(), fit.elements.len()), (138, 7));
    for (element, parameter) in fit.elements.iter().zip(&fit.parameters) {
        let theirs: Vec<f64> = fit
            .observations
            .iter()
            .filter(|o| o.element == *element)
            .map(|o| o.log_d - 3.0 * o.free.log10() - 3.0 * o.ph)
            .collect();
        let n = theirs.len() as f64;
        let mean = theirs.iter().sum::<f64>() / n;
        assert!((mean - parameter.value).abs() < 1e-9, "{element}");
        assert!((parameter.error - fit.scale / n.sqrt()).abs() < 1e-9, "{element}");
    }
    assert!(fit.correlation.iter().enumerate().all(|(at, c)| (c - f64::from(at % 8 == 0)).abs() < 1e-9));
}

/// The recipe that is written gives the same fit; the file that is written reads, and holds its numbers.
#[test]
fn what_is_written_repeats_the_fit() {
    for more in ["", "free = [\"order\", \"slope\"]\n"] {
        let recipe = recipe(&format!("{LI}{more}"));
        let first = fit(&recipe).unwrap();
        let again = read(&first.recipe_toml(&recipe)).unwrap();
        assert_eq!(again, recipe);
        let second = fit(&again).unwrap();
        assert_eq!(second.parameters, first.parameters);
        let text = first.extractant_toml(&recipe);
        let node = Node::parse("x.toml", &text).unwrap_or_else(|p| panic!("{text}\n{p:?}"));
        let file = Extractant::from_node("p507-li1987", &node, &Library::builtin()).unwrap();
        assert_eq!((&*file.family, file.uncertainty[Element::Nd].is_some()), ("P507", true));
        assert_eq!(file.correlation.as_ref().map(|c| c.elements.len()), Some(7));
        let observation = &first.observations[40];
        let at = Contact::new(observation.ph, observation.free);
        let fitted = observation.log_d - first.residuals[40];
        assert!((file.law().log_d(observation.element, &at).unwrap() - fitted).abs() < 5e-4);
        assert!(file.log_k[Element::Na].is_some(), "the base's cation is lent");
    }
    let changed = LI.replace("weights", "points_sha256 = \"0000\"\nweights");
    assert!(read(&changed).unwrap_err().to_string().contains("the points have changed"));
}

/// The file that ships is what its recipe gives.
#[test]
fn the_files_that_ship_are_their_fits() {
    let pooled = LI.replace("sources = [\"Li (1987)\"]\n", "");
    let laboratories = pooled.replace("offsets = \"none\"", "offsets = \"random\"");
    for (name, text) in [("p507-li1987", LI), ("p507-pooled", &pooled), ("p507-laboratories", &laboratories)] {
        let file = Extractant::named(name, &Library::builtin()).unwrap();
        let fit = fit(&recipe(text)).unwrap();
        for (element, parameter) in fit.elements.iter().zip(&fit.parameters) {
            let told = file.log_k[*element].as_ref().unwrap().value;
            assert!((told - parameter.value).abs() < 1e-4, "{name} {element}: {told} {}", parameter.value);
            assert!((file.uncertainty[*element].unwrap() - parameter.error).abs() < 1e-4, "{name} {element}");
        }
    }
}

#[test]
fn activities_robustness_and_weights_can_be_asked_for() {
    let plain = fit(&recipe(LI)).unwrap();
    let pitzer = LI.replace(
        "activity = \"none\"",
        "activity = \"pitzer\"\nbackground = \"hydrochloric-acid\"\nionic_strength = 0.5",
    );
    let with = fit(&recipe(&pitzer)).unwrap();
    assert!(with.rms < plain.rms && (with.rms - 0.2174).abs() < 1e-3, "{}", with.rms);
    let robust = fit(&recipe(&LI.replace("\"squares\"", "\"huber\""))).unwrap();
    assert!(robust.kept_weight.iter().any(|w| *w < 0.7));
    assert!((value(&robust, "log K of Nd") - value(&plain, "log K of Nd")).abs() < 0.1);
    let weighed = LI.replace("\"equal\"", "\"by-difference\"\nanalysis_error = \"1 %\"\nscatter = 0.1");
    let weighed = fit(&recipe(&weighed)).unwrap();
    assert!(weighed.observations.iter().all(|o| o.weight > 0.0 && o.weight < 1.0));
    // The smaller the difference, the less it counts.
    let weight = |wide: bool| {
        let of = weighed.observations.iter().filter(|o| (o.log_d > -0.5) == wide);
        of.clone().map(|o| o.weight).sum::<f64>() / of.count() as f64
    };
    assert!(weight(true) > weight(false));
}

#[test]
fn poor_recipes_say_why() {
    for (old, new, told) in [
        ("llepe2021_p507_hcl", "llepe2021_p507", "did you mean `llepe2021_p507_hcl`?"),
        ("Li (1987)", "Li (1986)", "did you mean `Li (1987)`?"),
        ("like = \"p507-li1987\"", "like = \"p508\"", "there is no extractant `p508`"),
        ("order = 3", "order = 30", "outside what is possible"),
        ("loss = \"squares\"", "loss = \"huber\"\nelements = [\"Fe\"]", "no column for `Fe`"),
        ("activity = \"none\"", "activity = \"none\"\nfree = [\"charge\"]", "not a shared parameter"),
        ("activity = \"none\"", "activity = \"none\"\nbackground = \"hydrochloric-acid\"", "go with Pitzer"),
        ("d_to = 50\n", "", "missing"),
        ("name = \"p507-li1987\"", "name = \"P507/x\"", "is not a file's name"),
    ] {
        assert!(LI.contains(old), "{old}");
        let error = read(&LI.replace(old, new)).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains("try:"), "{new}: {error}");
    }
    let error = fit(&recipe(&LI.replace("\"none\"\n[keep]", "\"random\"\n[keep]"))).unwrap_err().to_string();
    assert!(error.contains("has no offset from other sources"), "{error}");
    let narrow = LI.replace("d_from = 0.02", "d_from = 49");
    assert!(fit(&recipe(&narrow)).unwrap_err().to_string().contains("0 observations"));
    // One extractant concentration and full recovery of protons cannot part order from slope … but can here,
    // through loading; a single contact cannot.
    let one = LI.replace("activity = \"none\"", "activity = \"none\"\nfree = [\"alstad\", \"order\"]");
    let mut one = recipe(&one);
    for point in &mut one.points.points {
        point.feed = ByElement::from_fn(|e| (e == Element::Nd).then_some(0.1));
        point.aqueous = ByElement::from_fn(|e| (e == Element::Nd).then_some(0.06));
    }
    assert!(fit(&one).unwrap_err().to_string().contains("cannot tell"), "alike contacts");
}

/// Points of one's own in a folder, or in a file beside the recipe: no rebuild.
#[test]
fn points_of_ones_own_are_read() {
    let folder = std::env::temp_dir().join(format!("ytterby-points-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("separate")).unwrap();
    let csv = "label,acid,extractant,organic_to_aqueous,feed_Nd,aqueous_Nd\nus,0.1,1,1,0.05,0.0389\nus,0.05,1,1,0.0345,0.0201\nus,0.3,1,2,0.05,0.046\n";
    let sidecar = "source = \"llepe2021\"\nplace = \"our bench\"\nevidence = \"measured\"\nhow = \"typed\"\nrows = 3\ncolumns = { label = \"word\" }\n";
    std::fs::write(folder.join("separate/ours.csv"), csv).unwrap();
    std::fs::write(folder.join("separate/ours.toml"), sidecar).unwrap();
    std::fs::write(
        folder.join("separate/poor.csv"),
        csv.replace("0.0389", "n.d.").replace(",1,1,0.0345", ",,1,0.0345"),
    )
    .unwrap();
    std::fs::write(folder.join("separate/poor.toml"), sidecar).unwrap();
    let text = |points: &str| LI.replace("llepe2021_p507_hcl", points).replace("sources = [\"Li (1987)\"]\n", "");
    let node = |points: &str| Node::parse("recipe.toml", &text(points)).unwrap();
    let library = Library::with_overlay(&folder);
    let overlaid = Recipe::read(&node("ours"), Path::new("."), &library).unwrap();
    let beside = Recipe::read(&node("separate/ours.csv"), &folder, &Library::builtin()).unwrap();
    let poor = Recipe::read(&node("poor"), Path::new("."), &library).unwrap_err().to_string();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(overlaid.points.digest, beside.points.digest);
    assert_eq!(fit(&overlaid).unwrap().parameters, fit(&beside).unwrap().parameters);
    assert!(
        poor.contains("poor.csv:2: `aqueous_Nd`: `n.d.` is not an amount")
            && poor.contains("poor.csv:3: `extractant`: is empty"),
        "{poor}"
    );
}

/// Second route: each contact solved from its feed as one stage, with the fitted file, must spread about
/// the measurement as the regression says, loading and acid now following from the law itself.
#[test]
fn a_stage_foretells_the_contacts() {
    let recipe = recipe(LI);
    let fit = fit(&recipe).unwrap();
    let node = Node::parse("x.toml", &fit.extractant_toml(&recipe)).unwrap();
    let law = Extractant::from_node("x", &node, &Library::builtin()).unwrap().law();
    let mut squares = 0.0;
    for o in &fit.observations {
        let point = recipe.points.points.iter().find(|p| p.line == o.line).unwrap();
        let foretold = predict::contact(&*law, point).unwrap();
        let (_, log_d) = foretold.iter().find(|(e, _)| *e == o.element).unwrap();
        squares += (log_d - o.log_d).powi(2);
    }
    let rms = (squares / fit.observations.len() as f64).sqrt();
    // The stage damps: more uptake frees acid and fills dimer, which holds uptake back.
    assert!(rms < fit.rms && rms > 0.3 * fit.rms, "{rms} {}", fit.rms);
}

/// With activities the stage works out its own ionic strength; where it ends, the law at the pH, free dimer
/// and ionic strength of the contact gives the D it ended with, and it foretells as well as the fit.
#[test]
fn a_stage_with_activities_foretells_too() {
    let pitzer = LI.replace(
        "activity = \"none\"",
        "activity = \"pitzer\"\nbackground = \"hydrochloric-acid\"\nionic_strength = 0.5",
    );
    let recipe = recipe(&pitzer);
    let fit = fit(&recipe).unwrap();
    let node = Node::parse("x.toml", &fit.extractant_toml(&recipe)).unwrap();
    let file = Extractant::from_node("x", &node, &Library::builtin()).unwrap();
    assert!(file.activity.is_some());
    let law = file.law();
    let mut squares = 0.0;
    for o in &fit.observations {
        let point = recipe.points.points.iter().find(|p| p.line == o.line).unwrap();
        let (_, log_d) = predict::contact(&*law, point).unwrap()[0];
        squares += (log_d - o.log_d).powi(2);
        let feed = point.feed[o.element].unwrap();
        let left = feed / (1.0 + point.ratio * 10f64.powf(log_d));
        let organic = (feed - left) / point.ratio;
        let hydrogen = point.acid + 3.0 * (feed - left);
        let at = Contact {
            ionic_strength: hydrogen + 6.0 * left,
            ..Contact::new(-hydrogen.log10(), 0.5 * point.extractant - 3.0 * organic)
        };
        let direct = law.log_d(o.element, &at).unwrap();
        assert!((direct - log_d).abs() < 1e-6, "line {}: {direct} {log_d}", o.line);
    }
    assert!((squares / fit.observations.len() as f64).sqrt() < fit.rms);
}
