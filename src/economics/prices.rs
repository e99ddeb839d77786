//! What things cost and fetch: dated prices with their regime, and the user's own.
//!
//! A price is found by the name of the thing. The scenario's own prices go before the data's.
//! Oxides have two regimes, `china` and `ex-china`; a quotation is never newer than the year
//! the scenario asks for, an annual mean goes before a quotation of the same year, and where
//! nobody quotes outside China the Chinese export price is taken, and said.

use std::collections::BTreeMap;

use crate::element::Element;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::{Library, Row};
use crate::quantity::Number;
use crate::source::Citation;

use super::equipment_cost::citation;

/// Inside or outside China.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regime {
    /// Export and domestic prices of China, without value-added tax.
    China,
    /// Quotations outside China.
    ExChina,
}

impl Regime {
    /// As written in scenarios and data.
    pub fn word(self) -> &'static str {
        match self {
            Regime::China => "china",
            Regime::ExChina => "ex-china",
        }
    }
}

/// A price with its standing.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// USD per unit.
    pub usd: f64,
    /// The unit it is for: `kg`, `kWh`, `h`, `t km`.
    pub per: String,
    /// Year of its money.
    pub year: usize,
    /// Is it paid for every hour of the calendar, not only those at work?
    pub calendar: bool,
    /// Whose it is.
    pub citation: Citation,
}

/// The price of an oxide as sold.
#[derive(Debug, Clone, PartialEq)]
pub struct OxidePrice {
    /// USD per kg of oxide.
    pub price: Price,
    /// Share of the named oxides in all rare-earth oxide the quotation asks for.
    pub purity: Option<f64>,
    /// Is it the Chinese price where the other was asked for?
    pub fallback: bool,
}

/// Every price a study can look up.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceBook {
    oxides: BTreeMap<String, OxidePrice>,
    reagents: BTreeMap<String, Price>,
    services: BTreeMap<String, Price>,
    electricity: BTreeMap<String, Price>,
    heat: BTreeMap<String, Price>,
    own: BTreeMap<String, Price>,
}

fn year_of(date: &str) -> Option<usize> {
    date.get(..4)?.parse().ok()
}

fn plain(row: Row<'_>, per: &str, factor: f64) -> Option<Price> {
    Some(Price {
        usd: row.number("price")? * factor,
        per: per.to_owned(),
        year: row.number("year")? as usize,
        calendar: row.text("paid") == Some("calendar"),
        citation: citation(row),
    })
}

impl PriceBook {
    /// The prices of a regime as of a year.
    pub fn read(library: &Library, regime: Regime, year: usize) -> Result<Self, Error> {
        let by = |table: &str, name: &str, keep: &dyn Fn(Row<'_>) -> Option<Price>| {
            let table = library.table(table)?;
            let found = table.rows().filter_map(|row| Some((row.text(name)?.to_owned(), keep(row)?)));
            Ok::<BTreeMap<String, Price>, Error>(found.collect())
        };
        let energy = |kind: &'static str| {
            by("economics/utility_prices", "name", &move |row| {
                (row.text("kind") == Some(kind)).then(|| plain(row, "kWh", 1.0)).flatten()
            })
        };
        Ok(Self {
            oxides: oxides(library, regime, year)?,
            reagents: by("economics/reagent_prices", "reagent", &|row| plain(row, "kg", row.number("strength")?))?,
            services: by("economics/service_prices", "service", &|row| plain(row, row.text("per")?, 1.0))?,
            electricity: energy("electricity")?,
            heat: energy("heat")?,
            own: BTreeMap::new(),
        })
    }

    /// Reads the scenario's own prices (`[[economics.price]]`), which go before the data's.
    pub fn read_own(&mut self, fields: &mut Fields<'_>, money_year: usize) {
        let units = ["kg", "kWh", "h", "t km", "t", "m3"].map(|unit| (unit, unit));
        for mut price in fields.may_tables("price", "a price of your own: `name`, `value`, `per`") {
            let name = price.text("name", "the thing, as the plant names it");
            let value: Option<Number> = price.need("value", "USD of the money year", -1e9..=1e12);
            let per = price.word("per", "the unit it is for", &units);
            let calendar = price.has("calendar")
                && price.flag("calendar", "paid for every hour of the year, not only those at work").unwrap_or(false);
            let citation = price.written(&["value"]);
            price.finish();
            let (Some(name), Some(value), Some(per)) = (name, value, per) else { continue };
            self.own.insert(name, Price { usd: value.0, per: per.to_owned(), year: money_year, calendar, citation });
        }
    }

    /// Sets a price of the scenario's own by name.
    pub fn set(&mut self, name: &str, price: Price) {
        self.own.insert(name.to_owned(), price);
    }

    fn find<'b>(&'b self, name: &str, per: &str, book: &'b BTreeMap<String, Price>) -> Option<&'b Price> {
        self.own.get(name).or_else(|| book.get(name)).filter(|price| price.per == per)
    }

    /// A reagent by the name of its file; USD per kg bought.
    pub fn reagent(&self, name: &str) -> Option<&Price> {
        self.find(name, "kg", &self.reagents)
    }

    /// A service by its name, in the unit it is counted in.
    pub fn service(&self, name: &str, per: &str) -> Option<&Price> {
        self.find(name, per, &self.services)
    }

    /// Electricity by the name of its place.
    pub fn electricity(&self, name: &str) -> Option<&Price> {
        self.find(name, "kWh", &self.electricity)
    }

    /// Heat by the name of its fuel.
    pub fn heat(&self, name: &str) -> Option<&Price> {
        self.find(name, "kWh", &self.heat)
    }

    /// Names of places for electricity, and of fuels.
    pub fn energy_names(&self) -> (Vec<&str>, Vec<&str>) {
        let own = self.own.iter().filter(|(_, price)| price.per == "kWh").map(|(name, _)| name.as_str());
        (
            self.electricity.keys().map(String::as_str).chain(own.clone()).collect(),
            self.heat.keys().map(String::as_str).chain(own).collect(),
        )
    }

    /// An oxide or mixture as sold.
    pub fn oxide(&self, product: &str) -> Option<OxidePrice> {
        let book = self.oxides.get(product);
        match self.own.get(product).filter(|price| price.per == "kg") {
            Some(price) => {
                Some(OxidePrice { price: price.clone(), purity: book.and_then(|b| b.purity), fallback: false })
            }
            None => book.cloned(),
        }
    }

    /// The separated oxide of an element.
    pub fn element(&self, element: Element) -> Option<OxidePrice> {
        self.oxide(element.oxide()?)
    }
}

/// The best row of a product: regime asked for, then newest year, then annual mean, then newest date.
type Rank = (bool, usize, bool, String);

fn oxides(library: &Library, regime: Regime, year: usize) -> Result<BTreeMap<String, OxidePrice>, Error> {
    let table = library.table("economics/oxide_prices")?;
    let mut best: BTreeMap<String, (Rank, OxidePrice)> = BTreeMap::new();
    for row in table.rows() {
        let (Some(product), Some(date), Some(kind)) = (row.text("product"), row.text("date"), row.text("kind")) else {
            continue;
        };
        let (Some(quoted), Some(usd)) = (year_of(date), row.number("price")) else { continue };
        let own = row.text("regime") == Some(regime.word());
        if kind == "floor" || quoted > year || !(own || regime == Regime::ExChina) {
            continue;
        }
        let rank = (own, quoted, kind == "annual", date.to_owned());
        if best.get(product).is_none_or(|(held, _)| *held < rank) {
            let citation = citation(row);
            let price = Price { usd, per: "kg".into(), year: quoted, calendar: false, citation };
            best.insert(product.to_owned(), (rank, OxidePrice { price, purity: row.number("purity"), fallback: !own }));
        }
    }
    Ok(best.into_iter().map(|(product, (_, price))| (product, price)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(regime: Regime, year: usize) -> PriceBook {
        PriceBook::read(&Library::builtin(), regime, year).unwrap()
    }

    #[test]
    fn the_annual_mean_of_the_year_goes_first() {
        let china = book(Regime::China, 2025);
        assert!((china.oxide("Dy2O3").unwrap().price.usd - 239.0).abs() < 1e-9);
        assert!((book(Regime::China, 2023).oxide("Nd2O3").unwrap().price.usd - 78.0).abs() < 1e-9);
        assert!(china.oxide("Tm2O3").is_none());
    }

    #[test]
    fn outside_china_is_dearer_and_falls_back_with_a_word() {
        let world = book(Regime::ExChina, 2026);
        let yttria = world.oxide("Y2O3").unwrap();
        assert!((yttria.price.usd - 425.0).abs() < 1e-9 && !yttria.fallback);
        assert!(world.oxide("La2O3").unwrap().fallback);
        // The agreed floor is not a market price.
        assert!((world.oxide("NdPr oxide").unwrap().price.usd - 83.75).abs() < 1e-9);
    }

    #[test]
    fn acid_is_priced_by_its_strength() {
        let price = book(Regime::China, 2025).reagent("hydrochloric-acid-35").unwrap().usd;
        assert!((price - 0.0875).abs() < 1e-12);
    }

    #[test]
    fn no_laboratory_prices() {
        let china = book(Regime::China, 2025);
        assert!(china.oxide("Sm2O3").unwrap().price.usd < 10.0);
        assert!(china.oxide("Yb2O3").unwrap().price.usd < 50.0);
    }
}
