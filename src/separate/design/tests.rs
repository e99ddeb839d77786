//! The specification that the tests of designs share: some metals, P507 at its usual strength, a slate.

use super::spec::Spec;
use crate::library::Library;

/// A specification as it would be written: mol/h of each metal fed as chloride, `more` ions, objective and bounds as TOML, and of each product
/// its name, its metal, purity and recovery in per cent.
pub fn text(feed: &[(&str, f64)], more: &str, objective: &str, bounds: &str, products: &[[&str; 4]]) -> String {
    let metals: Vec<String> =
        feed.iter().map(|(metal, moles)| format!("\"{metal}3+\" = \"{moles} mol/h\"\n")).collect();
    let metals = metals.concat();
    let chloride = 3.0 * feed.iter().map(|(_, moles)| moles).sum::<f64>();
    let product = |[name, of, purity, recovery]: &[&str; 4]| {
        format!(
            "[[product]]\nname = \"{name}\"\nof = [\"{of}\"]\npurity = \"{purity} %\"\nrecovery = \"{recovery} %\"\n"
        )
    };
    let products: String = products.iter().map(product).collect();
    format!(
        r#"
title = "t"
summary = "s"
[operation]
time = "7200 h/y"
[feed]
stream = "liquor"
water = "1000 kg/h"
temperature = "25 degC"
[feed.dissolved]
{metals}{more}Cl- = "{chloride} mol/h"
[objective]
{objective}
[design]
{bounds}
[battery]
base = "sodium-hydroxide-50"
acid = "hydrochloric-acid-35"
water = "water"
diluent = "kerosene"
feed_oxide = "150 g/L"
feed_ph = 2
solvent_loss = "50 mg/L"
residence = {{ mixer = "5 min", settler = "20 min", saponification = "30 min" }}
mixer_power = 0.5
missing = {{ rare_earths = "linear-in-atomic-number", others = "not-extracted" }}
[[extractant]]
extractant = "p507"
concentration = "1.5 mol/L"
saponified = "30 %"
{products}"#
    )
}

/// What is written, read.
pub fn spec(text: &str) -> Spec {
    crate::run::design::read("spec.toml", text, &Library::builtin()).unwrap()
}
