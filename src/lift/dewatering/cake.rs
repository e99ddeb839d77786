//! Cake and the water it came from, the sea salt washed out if wished.
//!
//! # Equation
//! ```text
//! cake liquor = cake solids · m/(1 − m)
//! salt left   = (1 − E)^N                  wash water  = N · cake liquor
//! ```
//! Without a wash the cake's liquor is the slurry's. Washed, each dissolved species is left in
//! the same share, and water makes up the liquor's mass.
//!
//! # Symbols
//! m: liquor in the mass of the wet cake, 1; N: wash ratio, kg of wash water for one kg of
//! liquor in the cake; E: displacement efficiency of one such volume, 1.
//!
//! # Holds for
//! The wash law is the usual one of cake washing for N up to about 3; salt held on clay by exchange does not follow it.
//!
//! # Source
//! Mass balance; washing after `choudhury1957`.

use crate::error::Error;
use crate::fields::Fields;
use crate::ion::Ion;
use crate::library::Library;
use crate::quantity::{Fraction, Number};
use crate::reagent::Reagent;
use crate::source::Caveat;
use crate::stream::{Aqueous, Solid, Stream};
use crate::unit::{Balance, Drawn, Reading};

/// Wash ratio beyond which the wash law is not trusted.
const MOST_WASH: f64 = 3.0;

/// Water that displaces the liquor of the cake.
#[derive(Debug)]
pub struct Wash {
    /// Wash water for one mass of liquor in the cake.
    pub ratio: f64,
    /// Share of the salt that one such mass displaces.
    pub efficiency: f64,
    /// What is used.
    pub water: Reagent,
}

impl Wash {
    /// Reads the table `wash`, and with it what else a machine asks there; `Err` where there is one and it does not read.
    pub fn read<T>(
        fields: &mut Fields<'_>,
        library: &Library,
        more: impl FnOnce(&mut Fields<'_>) -> Option<T>,
    ) -> Result<Option<(Self, T)>, ()> {
        let washed = fields.has("wash");
        let wash = fields.may_table("wash", "water that displaces the cake's liquor; absent: the cake is not washed");
        let wash = wash.and_then(|mut table| {
            let ratio: Option<Number> =
                table.need("ratio", "wash water for one mass of liquor in the cake", 0.0..=20.0);
            let efficiency: Option<Fraction> =
                table.need("efficiency", "share of the salt that one such mass displaces", 0.0..=0.999);
            let water = Reagent::field(&mut table, "water", "reagent used as wash water", library);
            let more = more(&mut table);
            table.finish();
            Some((Self { ratio: ratio?.0, efficiency: efficiency?.0, water: water? }, more?))
        });
        if washed && wash.is_none() { Err(()) } else { Ok(wash) }
    }
}

/// A slurry made into cake and water.
#[derive(Debug)]
pub struct Parted {
    /// What is kept.
    pub cake: Stream,
    /// What runs off, with the solids that were not caught.
    pub water: Stream,
    /// Wash water drawn.
    pub drawn: Vec<Drawn>,
    caveats: Vec<Caveat>,
}

/// Makes a cake of these solids of the slurry, of so much moisture.
pub fn part(slurry: &Stream, solid: Solid, moisture: f64, wash: Option<&Wash>) -> Result<Parted, Error> {
    let mut cake = Stream { temperature: slurry.temperature, solid, ..Stream::default() };
    let liquor = cake.solid.mass() * moisture / (1.0 - moisture);
    let available = slurry.aqueous.mass();
    if liquor > available {
        return Err(Error::Infeasible {
            unit: String::new(),
            what: format!("the cake would hold {liquor:.0} kg/h of liquor and the slurry brings only {available:.0}"),
            hint: "a drier cake: `moisture` is above that of the slurry itself".into(),
        });
    }
    let share = if available > 0.0 { liquor / available } else { 0.0 };
    cake.aqueous = Aqueous { ions: slurry.aqueous.ions.scaled(share), water: slurry.aqueous.water * share };
    let (mut drawn, mut caveats) = (Vec::new(), Vec::new());
    if let Some(wash) = wash {
        let left = (1.0 - wash.efficiency).powf(wash.ratio);
        // What the wash water itself holds takes the place of what it displaces.
        let fresh = wash.water.stream(liquor * (1.0 - left)).aqueous;
        let mut ions = cake.aqueous.ions.scaled(left);
        ions += &fresh.ions;
        cake.aqueous = Aqueous { water: liquor - ions.mass_kg(), ions };
        if wash.ratio * liquor > 0.0 {
            drawn.push(wash.water.drawn(wash.ratio * liquor));
        }
        if wash.ratio > MOST_WASH {
            caveats.push(Caveat::new(format!(
                "wash ratio {:.1}; beyond about {MOST_WASH:.0} the last salt leaves slower than the law says",
                wash.ratio
            )));
        }
    }
    let whole = Stream::mixed(std::iter::once(slurry).chain(drawn.iter().map(|d| &d.stream)));
    let water = remainder(&whole, &cake);
    Ok(Parted { cake, water, drawn, caveats })
}

impl Parted {
    /// The balance of a machine that did this, but for its power.
    pub fn balance(self, slurry: &Stream) -> Balance {
        let Self { cake, water, drawn, caveats } = self;
        let dry = cake.solid.mass();
        let per_dry = |kg: f64| if dry > 0.0 { kg / (dry / 1000.0) } else { 0.0 };
        let (volume_in, volume_out) = (slurry.slurry_volume(), cake.slurry_volume());
        let cut = if volume_in > 0.0 { 100.0 * (1.0 - volume_out / volume_in) } else { 0.0 };
        let chloride = cake.aqueous.ions[Ion::Chloride] * Ion::Chloride.molar_mass() / 1000.0;
        let readings = vec![
            Reading::new("cake, wet", (dry + cake.aqueous.mass()) / 1000.0, "t/h"),
            Reading::new("cake, dry", dry / 1000.0, "t/h"),
            Reading::new("volume cut, slurry to cake", cut, "%"),
            Reading::new("chloride in the cake by dry solids", per_dry(chloride), "kg/t"),
            Reading::new("solids lost to the water", (slurry.solid.mass() - dry).max(0.0) / 1000.0, "t/h"),
        ];
        Balance { drawn, readings, caveats, outlets: vec![cake, water], ..Balance::default() }
    }
}

/// What is left of a stream when another has been taken out of it.
fn remainder(whole: &Stream, part: &Stream) -> Stream {
    let mut rest = whole.clone();
    for lot in &part.solid.lots {
        let taken: Vec<f64> = lot.kg_per_h.iter().map(|kg| -kg).collect();
        rest.solid.add(&lot.mineral, &taken);
    }
    for lot in &mut rest.solid.lots {
        for kg in &mut lot.kg_per_h {
            *kg = kg.max(0.0);
        }
    }
    rest.aqueous.ions += &part.aqueous.ions.scaled(-1.0);
    rest.aqueous.water -= part.aqueous.water;
    rest
}
