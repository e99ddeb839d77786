//! Quantities, typed at the door.
//!
//! A number from outside arrives as words (`"5600 m"`, `"350 t/d"`) and becomes one of
//! these; inside a kernel it is a plain `f64` with the unit in its name. Each quantity
//! has one base unit, stated below; flows are per hour, because plants are.
//!
//! # Source
//! Factors are definitions, not measurements: exact in the SI and by the yard and pound agreement
//! of 1959 (psi, knots and horsepower rounded from it).

use std::fmt::Debug;

/// A quantity with a base unit and the unit words it is written in.
pub trait Quantity: Copy + Debug + PartialEq {
    /// What it measures: `"length"`.
    const WHAT: &'static str;
    /// `(word, factor to base, offset to base)`; the first is the base unit.
    const UNITS: &'static [(&'static str, f64, f64)];
    /// From a value in the base unit.
    fn from_base(value: f64) -> Self;
    /// The value in the base unit.
    fn base(self) -> f64;

    /// Reads `"5600 m"`; a bare number is refused unless the base unit is `"1"`.
    fn parse(text: &str) -> Result<Self, BadQuantity> {
        let text = text.trim();
        let split = text
            .char_indices()
            .find(|&(at, c)| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | '_') || exponent(text, at, c)))
            .map_or(text.len(), |(at, _)| at);
        let (digits, word) = (text[..split].replace('_', ""), text[split..].trim());
        let value: f64 = digits.parse().map_err(|_| BadQuantity::NotANumber { text: text.to_owned() })?;
        if !value.is_finite() {
            return Err(BadQuantity::NotANumber { text: text.to_owned() });
        }
        let word = if word.is_empty() { "1" } else { word };
        match Self::UNITS.iter().find(|(name, ..)| *name == word) {
            Some((_, factor, offset)) => Ok(Self::from_base(value * factor + offset)),
            None => Err(BadQuantity::WrongUnit {
                word: if word == "1" { String::new() } else { word.to_owned() },
                what: Self::WHAT,
                units: Self::UNITS.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(", "),
            }),
        }
    }

    /// The base unit's word.
    fn base_unit() -> &'static str {
        Self::UNITS[0].0
    }
}

/// Is `c` at `at` the `e` of a decimal exponent (`1e-3`), and not the start of a unit?
fn exponent(text: &str, at: usize, c: char) -> bool {
    matches!(c, 'e' | 'E')
        && at > 0
        && text[at + 1..].chars().next().is_some_and(|next| next.is_ascii_digit() || matches!(next, '-' | '+'))
}

/// Why words are not a quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadQuantity {
    /// It does not begin with a finite number.
    #[error("`{text}` does not begin with a number")]
    NotANumber {
        /// What was written.
        text: String,
    },
    /// The unit is missing or not one of this quantity's.
    #[error("{} is not a unit of {what}; use one of: {units}", if word.is_empty() { "no unit".to_owned() } else { format!("`{word}`") })]
    WrongUnit {
        /// The unit found.
        word: String,
        /// What was to be measured.
        what: &'static str,
        /// The words that would do.
        units: String,
    },
}

macro_rules! quantities {
    ($($(#[$about:meta])* $name:ident $what:literal [$($word:literal $factor:expr $(, + $offset:expr)?);+ $(;)?])*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(pub f64);

        impl Quantity for $name {
            const WHAT: &'static str = $what;
            const UNITS: &'static [(&'static str, f64, f64)] = &[$(($word, $factor, 0.0 $(+ $offset)?)),+];
            fn from_base(value: f64) -> Self { Self(value) }
            fn base(self) -> f64 { self.0 }
        }
    )*};
}

const DAY: f64 = 24.0;
const YEAR: f64 = 8760.0;

quantities! {
    /// Length, m.
    Length "a length" ["m" 1.0; "km" 1e3; "cm" 1e-2; "mm" 1e-3; "um" 1e-6; "µm" 1e-6; "in" 0.0254; "ft" 0.3048]
    /// Angle, degrees.
    Angle "an angle" ["deg" 1.0; "°" 1.0; "rad" 57.295_779_513_082_32]
    /// Area, m².
    Area "an area" ["m2" 1.0; "km2" 1e6; "ha" 1e4; "cm2" 1e-4; "ft2" 0.092_903_04]
    /// Volume, m³.
    Volume "a volume" ["m3" 1.0; "L" 1e-3; "gal" 3.785_411_784e-3; "ft3" 0.028_316_846_592]
    /// Mass, kg.
    Mass "a mass" ["kg" 1.0; "t" 1e3; "kt" 1e6; "Mt" 1e9; "g" 1e-3]
    /// Mass flow, kg/h.
    MassFlow "a mass flow" ["kg/h" 1.0; "t/h" 1e3; "t/d" 1e3 / DAY; "kg/d" 1.0 / DAY; "kg/s" 3600.0; "g/h" 1e-3]
    /// Amount per hour, mol/h.
    MolarFlow "an amount per hour" ["mol/h" 1.0; "kmol/h" 1e3; "mmol/h" 1e-3]
    /// Volume flow, m³/h.
    VolumeFlow "a volume flow" ["m3/h" 1.0; "L/h" 1e-3; "L/min" 0.06; "L/s" 3.6; "m3/s" 3600.0; "m3/d" 1.0 / DAY]
    /// Pressure, Pa.
    Pressure "a pressure" ["Pa" 1.0; "kPa" 1e3; "MPa" 1e6; "bar" 1e5; "psi" 6894.757]
    /// Density, kg/m³.
    Density "a density" ["kg/m3" 1.0; "t/m3" 1e3; "g/cm3" 1e3]
    /// Dynamic viscosity, Pa·s.
    Viscosity "a viscosity" ["Pa s" 1.0; "mPa s" 1e-3; "cP" 1e-3]
    /// Temperature, K.
    Temperature "a temperature" ["K" 1.0; "degC" 1.0, + 273.15; "°C" 1.0, + 273.15]
    /// Duration, h.
    Duration "a duration" ["h" 1.0; "min" 1.0 / 60.0; "s" 1.0 / 3600.0; "d" DAY; "y" YEAR]
    /// Time at work, h per calendar year of 8760 h.
    OperatingTime "time at work in a year" ["h/y" 1.0; "d/y" DAY; "%" YEAR / 100.0]
    /// Speed, m/s.
    Speed "a speed" ["m/s" 1.0; "knots" 0.514_444; "km/h" 1.0 / 3.6]
    /// A share of a whole, 1 = all.
    Fraction "a share" ["1" 1.0; "%" 1e-2; "ppm" 1e-6; "g/t" 1e-6; "mg/kg" 1e-6; "kg/t" 1e-3; "g/kg" 1e-3]
    /// A plain number.
    Number "a plain number" ["1" 1.0]
    /// Amount concentration, mol/L.
    Molarity "a concentration" ["mol/L" 1.0; "M" 1.0; "mmol/L" 1e-3; "mol/m3" 1e-3]
    /// Mass concentration, g/L.
    MassConcentration "a mass concentration" ["g/L" 1.0; "mg/L" 1e-3; "kg/m3" 1.0]
    /// Power, kW.
    Power "a power" ["kW" 1.0; "MW" 1e3; "W" 1e-3; "hp" 0.7457]
    /// Energy per mass, kWh/t.
    SpecificEnergy "an energy per mass" ["kWh/t" 1.0; "kWh/kg" 1e3; "MJ/t" 1.0 / 3.6; "GJ/t" 1e3 / 3.6; "kJ/kg" 1.0 / 3.6]
    /// Money, USD of the scenario's year.
    Money "an amount of money" ["USD" 1.0; "kUSD" 1e3; "MUSD" 1e6; "bnUSD" 1e9]
    /// Price by mass, USD/kg.
    PriceByMass "a price by mass" ["USD/kg" 1.0; "USD/t" 1e-3; "USD/g" 1e3]
    /// Money per hour at work, USD/h.
    MoneyRate "a cost rate" ["USD/h" 1.0; "USD/d" 1.0 / DAY; "USD/y" 1.0 / YEAR; "kUSD/d" 1e3 / DAY; "MUSD/y" 1e6 / YEAR]
    /// Rate of decay or growth, 1/h.
    Rate "a rate" ["1/h" 1.0; "1/min" 60.0; "1/s" 3600.0]
    /// Return or escalation, 1/y.
    YearlyRate "a yearly rate" ["1/y" 1.0; "%/y" 1e-2]
    /// Flux through an area, m³/(m² h).
    VolumeFlux "a volume flux" ["m3/m2/h" 1.0; "m/h" 1.0; "L/m2/h" 1e-3]
}

/// Significant-figure printing for people: 3 figures, thin spaces between thousands.
///
/// ```
/// use ytterby::quantity::figures;
/// assert_eq!(figures(16_040_123.0, 3), "16\u{2009}000\u{2009}000");
/// assert_eq!(figures(0.004_567, 3), "0.00457");
/// ```
pub fn figures(value: f64, significant: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1000.0 {
        // A count is not a measurement: 25 cores, not 25.0.
        return format!("{value:.0}").replace('-', "\u{2212}");
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-6..15).contains(&magnitude) {
        return format!("{value:.*e}", significant.saturating_sub(1));
    }
    let decimals = (significant as i32 - 1 - magnitude).max(0) as usize;
    let step = 10f64.powi((magnitude + 1 - significant as i32).max(0));
    let rounded =
        if decimals == 0 { format!("{:.0}", (value / step).round() * step) } else { format!("{value:.decimals$}") };
    let (whole, part) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |w| ("\u{2212}", w));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) && whole.len() > 4 {
            grouped.push('\u{2009}');
        }
        grouped.push(digit);
    }
    if part.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12 * b.abs().max(1.0)
    }

    #[test]
    fn words_become_base_units() {
        assert!(close(Length::parse("5600 m").unwrap().0, 5600.0));
        assert!(close(Length::parse("8.5um").unwrap().0, 8.5e-6));
        assert!(close(MassFlow::parse("350 t/d").unwrap().0, 350_000.0 / 24.0));
        assert!(close(Temperature::parse("25 degC").unwrap().0, 298.15));
        assert!(close(Temperature::parse("-2 degC").unwrap().0, 271.15));
        assert!(close(Fraction::parse("1720 ppm").unwrap().0, 1.72e-3));
        assert!(close(OperatingTime::parse("300 d/y").unwrap().0, 7200.0));
        assert!(close(Number::parse("1e-3").unwrap().0, 1e-3));
        assert!(close(Money::parse("2.5e6 USD").unwrap().0, 2.5e6));
    }

    #[test]
    fn wrong_words_say_what_would_do() {
        let wrong = Length::parse("5600 kg").unwrap_err().to_string();
        assert!(wrong.contains("`kg` is not a unit of a length") && wrong.contains("km"), "{wrong}");
        assert!(Length::parse("5600").unwrap_err().to_string().contains("no unit"));
        for text in ["nan m", "inf m", "m", "", "--3 m", "1e999 m"] {
            assert!(Length::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn people_see_three_figures() {
        assert_eq!(figures(1234.5, 3), "1230");
        assert_eq!(figures(12_345.0, 3), "12\u{2009}300");
        assert_eq!(figures(0.095_12, 3), "0.0951");
        assert_eq!(figures(99.96, 3), "100.0");
        assert_eq!(figures(-4.25, 3), "\u{2212}4.25");
        assert_eq!(figures(25.0, 3), "25");
        assert_eq!(figures(f64::NAN, 3), "–");
    }
}
