//! Supply risk by two published definitions, each by its name.
//!
//! # Equation
//! GeoPolRisk: `R = HHI Σ q_i g_i / (Σ q_i + P)`; its factor is `R c / 0.409412948`.
//! European list: `SR = [H_w I/2 + H_e (1 − I/2)] (1 − e) s`, `H = Σ s_i² g_i`.
//!
//! # Symbols
//! `q_i` imports from partner `i`; `g_i` its governance, 0 good to 1 bad; `P` domestic production;
//! `c` price of the imports, 1000 USD/t; `H_w`, `H_e` concentration weighted by governance, of
//! the world and of the region's suppliers; `I` import reliance; `e` recycled share; `s`
//! substitution index.
//!
//! # Holds for
//! GeoPolRisk counts mine output: exported concentrate makes a country without separation look
//! safe, and the governance is the shipper's, not the refiner's. The European scores scale
//! governance from 0 to 10; whoever compares must use the same scale.
//!
//! # Source
//! `koyamparambath2024`; `blengini2017`; restated.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Number};
use crate::unit::{Case, Kind, Reading};

use super::concentration::Supply;

/// kg of copper equivalents: the score of copper at its price.
const COPPER: f64 = 0.409_412_948;

#[derive(Debug)]
struct Importer {
    world: Supply,
    imports: Vec<(f64, f64, f64)>,
    domestic: f64,
}

/// The geopolitical supply risk of a country.
pub const GEOPOLRISK: Kind<dyn Case> = Kind {
    name: "geopolrisk",
    about: "Geopolitical supply risk of an importing country by GeoPolRisk",
    sources: &["koyamparambath2024"],
    read: read_importer,
};

fn read_importer(fields: &mut Fields<'_>, _library: &Library) -> Option<Box<dyn Case>> {
    let producers: Option<Vec<(String, Number)>> =
        fields.named("producers", "mine output of the world by country", 0.0..=1e12);
    let domestic: Option<Number> = fields.need("domestic", "production of the country itself, t", 0.0..=1e12);
    let mut imports = Some(Vec::new());
    for mut import in fields.may_tables("import", "`partner`, `tonnes`, `thousand_usd`, `governance`") {
        let _ = import.text("partner", "who ships it");
        let tonnes: Option<Number> = import.need("tonnes", "t", 0.0..=1e12);
        let value: Option<Number> = import.need("thousand_usd", "1000 USD", 0.0..=1e15);
        let governance: Option<Number> = import.need("governance", "0 good to 1 bad", 0.0..=1.0);
        import.finish();
        match (tonnes, value, governance, imports.as_mut()) {
            (Some(tonnes), Some(value), Some(governance), Some(imports)) => {
                imports.push((tonnes.0, value.0, governance.0));
            }
            _ => imports = None,
        }
    }
    let producers = producers?.into_iter().map(|(name, amount)| (name, amount.0)).collect();
    Some(Box::new(Importer { world: Supply { producers }, imports: imports?, domestic: domestic?.0 }))
}

impl Case for Importer {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let tonnes: f64 = self.imports.iter().map(|import| import.0).sum();
        let value: f64 = self.imports.iter().map(|import| import.1).sum();
        let weighted: f64 = self.imports.iter().map(|import| import.0 * import.2).sum();
        let (_, index) = self.world.concentration();
        let risk = weighted / (tonnes + self.domestic);
        let score = index * risk;
        let price = value / tonnes;
        Ok(vec![
            Reading::new("HHI", index, "1"),
            Reading::new("import risk", risk, "1"),
            Reading::new("score", score, "1"),
            Reading::new("price", price, "kUSD/t"),
            Reading::new("characterisation factor", score * price / COPPER, "kg Cu/kg"),
        ])
    }
}

#[derive(Debug)]
struct Region {
    shares: Vec<(f64, f64)>,
    reliance: f64,
    recycled: f64,
    substitution: f64,
}

/// The supply risk of the European list.
pub const EUROPEAN: Kind<dyn Case> = Kind {
    name: "eu-supply-risk",
    about: "Supply risk by the method of the European list, the region buying as the world does",
    sources: &["blengini2017"],
    read: read_region,
};

fn read_region(fields: &mut Fields<'_>, _library: &Library) -> Option<Box<dyn Case>> {
    let reliance: Option<Fraction> = fields.need("import_reliance", "of the region", 0.0..=1.0);
    let recycled: Option<Fraction> = fields.need("recycled", "share of demand met from old scrap", 0.0..=1.0);
    let substitution: Option<Number> = fields.need("substitution", "substitution index", 0.0..=1.0);
    let mut shares = Some(Vec::new());
    for mut supplier in fields.may_tables("supplier", "`country`, `share`, `governance`") {
        let _ = supplier.text("country", "who supplies");
        let share: Option<Fraction> = supplier.need("share", "of the world", 0.0..=1.0);
        let governance: Option<Number> = supplier.need("governance", "0 good to 1 bad", 0.0..=10.0);
        supplier.finish();
        match (share, governance, shares.as_mut()) {
            (Some(share), Some(governance), Some(shares)) => shares.push((share.0, governance.0)),
            _ => shares = None,
        }
    }
    Some(Box::new(Region {
        shares: shares?,
        reliance: reliance?.0,
        recycled: recycled?.0,
        substitution: substitution?.0,
    }))
}

impl Case for Region {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let weighted: f64 = self.shares.iter().map(|(share, governance)| share * share * governance).sum();
        let half = self.reliance / 2.0;
        let risk = (weighted * half + weighted * (1.0 - half)) * (1.0 - self.recycled) * self.substitution;
        Ok(vec![Reading::new("weighted HHI", weighted, "1"), Reading::new("supply risk", risk, "1")])
    }
}
