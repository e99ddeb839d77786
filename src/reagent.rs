//! Reagents: what a plant buys, by composition.
//!
//! `data/reagents/<name>.toml` gives the share of each compound by mass; what is bought is
//! counted as it would dissolve (lime as Ca²⁺, water and less acid), so that any unit can
//! add it to its solution and balance. Gases (air, oxygen) are counted as gases.

use std::sync::Arc;

use crate::document::Value;
use crate::fields::{Fields, nearest};
use crate::ion::{ByIon, ByVapour, Ion, Vapour};
use crate::library::Library;
use crate::mineral::Mineral;
use crate::stream::Stream;
use crate::unit::Drawn;

/// Something bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Reagent {
    /// Its file's name, by which it is priced.
    pub name: Arc<str>,
    /// mol per kg bought.
    pub ions: ByIon,
    /// kg of water per kg bought (what dissolving takes or gives included).
    pub water: f64,
    /// mol per kg bought.
    pub gas: ByVapour,
}

impl Reagent {
    /// Reads `data/reagents/<name>.toml`; the error says which are known.
    pub fn named(name: &str, library: &Library) -> Result<Self, String> {
        let document = library.document(&format!("reagents/{name}")).map_err(|error| {
            let names = library.names("reagents", "toml");
            if names.iter().any(|known| known == name) {
                error.to_string()
            } else {
                format!("there is no reagent `{name}`; {}", nearest(name, names.iter().map(String::as_str)))
            }
        })?;
        let mut reagent = Self { name: name.into(), ions: ByIon::default(), water: 0.0, gas: ByVapour::default() };
        let mut whole = 0.0;
        for (formula, share) in document.get("contents").map(crate::document::Node::entries).unwrap_or_default() {
            let Value::Number(share) = share.value else {
                return Err(format!("data/reagents/{name}.toml: the share of `{formula}` is not a number"));
            };
            whole += share;
            if let Some(vapour) = Vapour::ALL.iter().copied().find(|v| is_gas(&document) && v.symbol() == formula) {
                reagent.gas[vapour] += share * 1000.0 / vapour.molar_mass();
            } else if formula == "H2O" {
                reagent.water += share;
            } else {
                let compound =
                    Mineral::compound(formula, 1000.0).map_err(|e| format!("data/reagents/{name}.toml: {e}"))?;
                let gone = compound.dissolve();
                if gone.oxygen != 0.0 {
                    return Err(format!("data/reagents/{name}.toml: `{formula}` does not dissolve without redox"));
                }
                reagent.ions += &gone.ions.scaled(share);
                reagent.water += share * gone.water;
            }
        }
        if (whole - 1.0).abs() > 1e-9 {
            return Err(format!("data/reagents/{name}.toml: the contents sum to {whole}, not 1"));
        }
        Ok(reagent)
    }

    /// Reads the field `key` of a unit as the name of a reagent.
    pub fn field(fields: &mut Fields<'_>, key: &'static str, about: &str, library: &Library) -> Option<Self> {
        let name = fields.text(key, about)?;
        match Self::named(&name, library) {
            Ok(reagent) => Some(reagent),
            Err(why) => {
                fields.refuse(key, why, "the name of a file in data/reagents, without .toml");
                None
            }
        }
    }

    /// So many kg/h of it, as a stream.
    pub fn stream(&self, kg_per_h: f64) -> Stream {
        let mut stream = Stream::default();
        stream.aqueous.ions = self.ions.scaled(kg_per_h);
        stream.aqueous.water = self.water * kg_per_h;
        stream.gas = self.gas.scaled(kg_per_h);
        stream
    }

    /// So many kg/h of it, drawn across the fence.
    pub fn drawn(&self, kg_per_h: f64) -> Drawn {
        Drawn { name: self.name.to_string(), stream: self.stream(kg_per_h) }
    }

    /// Acid brought by one kg, mol H⁺ (negative for a base).
    pub fn acid(&self) -> f64 {
        self.ions[Ion::H]
    }
}

fn is_gas(document: &crate::document::Node) -> bool {
    document.get("state").and_then(crate::document::Node::text) == Some("gas")
}
