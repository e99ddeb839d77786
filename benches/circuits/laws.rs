//! The laws a random circuit may follow: every extractant that ships, and invented ones of each form.

use ytterby::element::{ByElement, Element};
use ytterby::library::Library;
use ytterby::separate::extractant::{Extractant, Form};
use ytterby::separate::isotherm::Isotherm;
use ytterby::separate::isotherm::cation_exchange::CationExchange;
use ytterby::separate::isotherm::constant_separation_factor::ConstantSeparationFactor;

use super::dice::Dice;

/// A law with what it has constants for.
pub struct Law {
    /// Extractant or the invented form.
    pub name: String,
    /// The law itself.
    pub isotherm: Box<dyn Isotherm>,
    /// Elements it divides, the base's cations left out.
    pub elements: Vec<Element>,
    /// The base's cations it has a constant for.
    pub bases: Vec<Element>,
    /// Is it a correlation by pH and dosage (sulfate, dilute extractant)?
    pub by_dosage: bool,
}

/// Files that ship, by name: a new file must not change what a seed means.
const FILES: [&str; 8] =
    ["cyanex272", "cyanex572", "d2ehpa", "dehpa-uky", "naphthenic-acid", "p507", "p507-li1987", "tbp"];

/// One of the files, or one invented.
pub fn draw(dice: &mut Dice, library: &Library) -> Law {
    let at = dice.count(0, FILES.len() + 2);
    match FILES.get(at) {
        Some(name) => from_file(name, library),
        None if at == FILES.len() => invented_factors(dice),
        None => invented_mass_action(dice),
    }
}

fn from_file(name: &str, library: &Library) -> Law {
    let extractant = Extractant::named(name, library).expect("what ships reads");
    let base = |e: &Element| matches!(e, Element::Na | Element::N);
    let known = || extractant.log_k.iter().filter(|(_, fact)| fact.is_some()).map(|(e, _)| e);
    Law {
        name: name.to_owned(),
        isotherm: extractant.law(),
        elements: known().filter(|e| !base(e)).collect(),
        bases: known().filter(base).collect(),
        by_dosage: matches!(extractant.form, Form::LogDCorrelation(_)),
    }
}

/// Every rare earth and four others, a random step from one to the next.
fn invented_mass_action(dice: &mut Dice) -> Law {
    let mut log_k = ByElement::from_fn(|_| None);
    let mut level = dice.between(-6.0, -1.0);
    let step = dice.between(0.1, 0.6);
    for &element in Element::RARE_EARTHS {
        log_k[element] = Some(level);
        level += step * dice.between(0.1, 1.9);
    }
    for element in [Element::Fe, Element::Al, Element::Ca, Element::Th] {
        log_k[element] = Some(dice.between(-6.0, 3.0));
    }
    let elements: Vec<Element> = log_k.iter().filter(|(_, k)| k.is_some()).map(|(e, _)| e).collect();
    log_k[Element::Na] = Some(dice.between(-3.5, -1.5));
    let (order, alstad) = (dice.between(2.0, 3.0), if dice.chance(0.5) { 0.473 } else { 0.0 });
    Law {
        name: "mass action, invented".into(),
        isotherm: Box::new(CationExchange::new(log_k, dice.between(0.2, 1.0), order, alstad)),
        elements,
        bases: vec![Element::Na],
        by_dosage: false,
    }
}

/// Every rare earth, β between neighbours from 1.05 to 15.
fn invented_factors(dice: &mut Dice) -> Law {
    let mut log_b = ByElement::from_fn(|_| None);
    let mut level = 0.0;
    for &element in Element::RARE_EARTHS {
        log_b[element] = Some(level);
        level += dice.decades(1.05, 15.0).log10();
    }
    Law {
        name: "constant factors, invented".into(),
        isotherm: Box::new(ConstantSeparationFactor { log_b }),
        elements: Element::RARE_EARTHS.to_vec(),
        bases: Vec::new(),
        by_dosage: false,
    }
}
