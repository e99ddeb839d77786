//! The minerals of `data/minerals/`: what they are made of and what they can carry.

use std::sync::Arc;

use crate::document::Node;
use crate::element::{ByElement, Element};
use crate::fields::nearest;
use crate::formula::Formula;
use crate::library::Library;
use crate::mineral::Mineral;
use crate::source::Sourced;

use super::fact::Standing;

/// A mineral as its file tells of it; rare earths in it are not yet named.
#[derive(Debug, Clone)]
pub struct MineralFacts {
    /// Its file's name.
    pub name: String,
    /// Its formula; `RE` stands for the rare earths of the ore.
    pub formula: Formula,
    /// kg/m³.
    pub density: Sourced<f64>,
    /// kg of rare earths (as elements) per kg, for a mineral that carries them as a trace of known
    /// amount; absent for one that carries them in its formula or not at all.
    pub rare_earths: Option<Sourced<f64>>,
    /// The most it has been seen to carry, kg/kg, where known.
    pub rare_earths_at_most: Option<Sourced<f64>>,
    /// kg/kg of other elements it carries as traces (Th, U, Sc).
    pub trace: Vec<(Element, Sourced<f64>)>,
}

impl MineralFacts {
    /// Reads `data/minerals/<name>.toml`; the error says which are known.
    pub fn named(name: &str, library: &Library) -> Result<Self, String> {
        let names = library.names("minerals", "toml");
        if !names.iter().any(|known| known == name) {
            return Err(format!("there is no mineral `{name}`; {}", nearest(name, names.iter().map(String::as_str))));
        }
        let node = library.document(&format!("minerals/{name}")).map_err(|error| error.to_string())?;
        let bad = |what: &str| format!("data/minerals/{name}.toml: {what}");
        let standing = Standing::of_file(&node);
        let formula = node.get("formula").and_then(Node::text).ok_or_else(|| bad("`formula` is missing"))?;
        let formula = Formula::parse(formula).map_err(|why| bad(&why.to_string()))?;
        let density = standing.fact_at(&node, "density").filter(|fact| fact.value > 0.0);
        let mut trace = Vec::new();
        for (symbol, inner) in node.get("trace").map(Node::entries).unwrap_or_default() {
            let element = symbol.parse().map_err(|why| bad(&format!("{why}")))?;
            let fact = standing.fact(inner).filter(|fact| (0.0..0.5).contains(&fact.value));
            trace.push((element, fact.ok_or_else(|| bad(&format!("the trace of {symbol} is not a share")))?));
        }
        Ok(Self {
            name: name.to_owned(),
            formula,
            density: density.ok_or_else(|| bad("`density` is missing or not positive"))?,
            rare_earths: standing.fact_at(&node, "rare_earths"),
            rare_earths_at_most: standing.fact_at(&node, "rare_earths_at_most"),
            trace,
        })
    }

    /// Does the grade of an ore decide how much of this mineral there is?
    pub fn is_carrier(&self) -> bool {
        self.formula.wants_rare_earths() || self.rare_earths.is_some()
    }

    /// The mineral with rare earths in the proportions `shares` (by mass), `content` kg/kg of
    /// them; a formula with `RE` takes them where they belong and its own content rules.
    pub fn with(&self, shares: &ByElement<f64>, content: f64) -> Arc<Mineral> {
        let whole = shares.rare_earth_total();
        let part = |element: Element| if whole > 0.0 { shares[element] / whole } else { 0.0 };
        let mut trace = ByElement::default();
        for (element, fact) in &self.trace {
            trace[*element] = fact.value;
        }
        let mut formula = self.formula.clone();
        if formula.wants_rare_earths() {
            formula = formula.with_rare_earths(&ByElement::from_fn(|e| part(e) / e.molar_mass()));
        } else {
            for &element in Element::RARE_EARTHS {
                trace[element] += content * part(element);
            }
        }
        Arc::new(Mineral::new(&self.name, &formula, self.density.value, &trace))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every mineral is neutral (no redox in dissolving, save the oxides of Mn(IV) and the
    /// like, whose oxygen is real) and complete.
    #[test]
    fn every_mineral_is_made_of_whole_neutral_matter() {
        let library = Library::builtin();
        let mut shares = ByElement::default();
        for &element in Element::RARE_EARTHS {
            shares[element] = 1.0;
        }
        for name in library.names("minerals", "toml") {
            let facts = MineralFacts::named(&name, &library).unwrap();
            let mineral = facts.with(&shares, facts.rare_earths.as_ref().map_or(0.0, |fact| fact.value));
            assert!((mineral.mass_fractions.total() - 1.0).abs() < 1e-9, "{name}");
            let oxidising = ["manganese-micronodule", "cerianite", "ilmenite"].contains(&name.as_str());
            let oxygen = mineral.dissolve().oxygen;
            assert!(oxygen.abs() < 2e-3 || oxidising, "{name}: {oxygen} mol O2/kg");
        }
    }

    #[test]
    fn an_unknown_mineral_is_named_with_the_nearest() {
        let error = MineralFacts::named("bioapatit", &Library::builtin()).unwrap_err();
        assert!(error.contains("did you mean `bioapatite`?"), "{error}");
    }
}
