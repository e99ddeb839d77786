//! The section `[economics]`: the choices behind a cost and a value.

use crate::document::Value;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Duration, Fraction, Money, MoneyRate, Number, PriceByMass};

use super::equipment_cost::{Correlation, Indices};
use super::estimate_class::Classes;
use super::finance::Finance;
use super::growing_annuity::YEAR_HOURS;
use super::installation::Installation;
use super::prices::{Price, PriceBook, Regime};
use crate::source::{Citation, Sourced};

/// What happens to a product that misses its specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BelowSpecification {
    /// It is sold as a mixed concentrate at the stated share of its basket.
    Concentrate,
    /// It is not sold.
    Unsold,
}

/// A post that is always manned.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Section it is counted to.
    pub section: String,
    /// The trade.
    pub trade: String,
    /// People on each shift.
    pub per_shift: f64,
    /// USD an hour, before burden.
    pub rate: f64,
    /// Whose rate.
    pub citation: Citation,
}

/// A cost the plant's machines do not carry.
#[derive(Debug, Clone, PartialEq)]
pub struct Extra {
    /// What.
    pub name: String,
    /// Section it is counted to.
    pub section: String,
    /// USD, or USD a year.
    pub usd: f64,
    /// Whose it is, and how well it is known.
    pub citation: Citation,
}

/// A step of the value waterfall: the streams in which the value stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// As printed.
    pub name: String,
    /// Streams added up.
    pub streams: Vec<String>,
}

/// The choices behind a cost and a value, with the facts they need.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    pub(super) money_year: usize,
    pub(super) regime: Regime,
    pub(super) price_year: usize,
    pub(super) stale_years: f64,
    pub(super) location: String,
    pub(super) location_factor: f64,
    pub(super) installation: Installation,
    pub(super) contingency: Sourced<f64>,
    pub(super) owners_cost: Sourced<f64>,
    pub(super) finance: Finance,
    pub(super) maintenance: Sourced<f64>,
    pub(super) insurance: Sourced<f64>,
    pub(super) labour_burden: f64,
    pub(super) labour_overhead: f64,
    pub(super) posts: Vec<Post>,
    pub(super) electricity: String,
    pub(super) electricity_of: Vec<(String, String)>,
    pub(super) heat: String,
    pub(super) below_specification: BelowSpecification,
    pub(super) concentrate_payability: f64,
    pub(super) oxide_floor: f64,
    pub(super) payability: Vec<(String, f64)>,
    pub(super) specification: Vec<(String, f64)>,
    pub(super) disposal: Vec<(String, Sourced<f64>)>,
    pub(super) feeds: Vec<(String, Sourced<f64>)>,
    pub(super) mining_recovery: Option<f64>,
    pub(super) capital: Vec<Extra>,
    pub(super) yearly: Vec<Extra>,
    pub(super) steps: Vec<Step>,
    pub(super) prices: PriceBook,
    /// The deck of the other regime, to tell how much of the value is the regime's.
    pub(super) elsewhere: PriceBook,
    pub(super) correlations: Vec<Correlation>,
    pub(super) indices: Indices,
    pub(super) classes: Classes,
}

/// A factor found by name in a table, entered in the ledger; or a problem naming those there are.
fn factor(
    fields: &mut Fields<'_>,
    library: &Library,
    key: &'static str,
    about: &str,
    (table, column): (&str, &str),
) -> Option<(String, f64)> {
    let name = fields.text(key, about)?;
    let table = library.table(table).map_err(|error| fields.refuse(key, error.to_string(), "")).ok()?;
    let Some(fact) = table.find(column, &name).and_then(|row| row.fact("factor")) else {
        let names: Vec<&str> = table.rows().filter_map(|row| row.text(column)).collect();
        fields.refuse(key, format!("`{name}` is not known"), nearest(&name, names.into_iter()));
        return None;
    };
    fields.check().cite(format!("{}.{key}", fields.path()), &fact, "1");
    Some((name, fact.value))
}

fn names(list: Vec<(String, Fraction)>) -> Vec<(String, f64)> {
    list.into_iter().map(|(name, share)| (name, share.0)).collect()
}

/// The price of each of some streams, USD/kg, with the standing it was written with.
fn prices(fields: &mut Fields<'_>, key: &'static str, about: &str) -> Vec<(String, Sourced<f64>)> {
    fields
        .may_named::<PriceByMass>(key, about, -100.0..=1e3)
        .into_iter()
        .map(|(name, price)| {
            let citation = fields.written(&[key, &name]);
            (name, Sourced { value: price.0, citation })
        })
        .collect()
}

impl Study {
    /// Reads the section, telling every problem at once.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let money_year = fields.count("money_year", "year of the money everything is told in (USD, real)", 1990..=2100);
        let regimes = [Regime::China, Regime::ExChina].map(|regime| (regime.word(), regime));
        let regime = fields.word("regime", "whose oxide prices", &regimes);
        let price_year = fields.count("price_year", "oxide prices are not newer than this year", 2021..=2100);
        let stale: Option<Duration> = fields.need(
            "prices_stale_after",
            "prices older than this, counted from the money year, are told as a caveat",
            0.0..=100.0 * YEAR_HOURS,
        );
        let location =
            factor(fields, library, "location", "where the plant is built", ("economics/location_factors", "location"));
        let installation = Installation::read(fields, library);
        let share = |fields: &mut Fields<'_>, key: &'static str, about: &str| -> Option<f64> {
            fields.need::<Fraction>(key, about, 0.0..=2.0).map(|share| share.0)
        };
        let vouched = |fields: &mut Fields<'_>, key: &'static str, about: &str| -> Option<Sourced<f64>> {
            let value = share(fields, key, about)?;
            Some(Sourced { value, citation: fields.written(&[key]) })
        };
        let contingency = vouched(fields, "contingency", "on installed cost");
        let owners_cost = vouched(fields, "owners_cost", "on installed cost: studies, permits, training");
        let finance = Finance::read(fields, library);
        let maintenance = vouched(fields, "maintenance", "of total plant cost a year");
        let insurance = vouched(fields, "insurance", "of total plant cost a year, with property tax");
        let labour_burden = share(fields, "labour_burden", "on wages");
        let labour_overhead = share(fields, "labour_overhead", "on wages with burden: laboratory and administration");
        let posts = posts(fields, library);
        let concentrate_payability =
            share(fields, "concentrate_payability", "of the basket paid for a mixed or impure product");
        let oxide_floor = share(fields, "oxide_floor", "rare-earth oxide a product must hold after ignition");
        let words = [("concentrate", BelowSpecification::Concentrate), ("unsold", BelowSpecification::Unsold)];
        let below_specification = fields.word("below_specification", "a product that misses its purity is", &words);
        let payability =
            names(fields.may_named("payability", "share of its price paid for a product; absent means all", 0.0..=1.0));
        let specification = names(fields.may_named(
            "specification",
            "relative purity a product must have; absent means that of the quotation",
            0.0..=1.0,
        ));
        let disposal = prices(
            fields,
            "disposal",
            "cost of each stream that leaves unsold; a credit is negative; absent: told as a missing cost",
        );
        let feeds =
            prices(fields, "feeds", "cost of each stream that enters, mining included; absent: told as a missing cost");
        let mining_recovery: Option<Fraction> = fields.may(
            "mining_recovery",
            "share of the ore in the ground that is mined; absent: the waterfall starts at what is mined",
            1e-6..=1.0,
        );
        let capital = extras::<Money>(fields, "capital", "installed capital no machine carries", 0.0..=1e13, 1.0);
        let yearly = extras::<MoneyRate>(fields, "yearly", "a fixed yearly cost", -1e9..=1e9, YEAR_HOURS);
        let day_rate: Option<MoneyRate> = fields.may(
            "vessel_day_rate",
            "charter of the lifting vessel, paid all year; absent: the price in the data",
            0.0..=1e7,
        );
        let steps = steps(fields);
        let book = regime.zip(price_year).and_then(|(regime, year)| {
            PriceBook::read(library, regime, year).map_err(|error| fields.refuse("regime", error.to_string(), "")).ok()
        });
        let elsewhere = price_year.and_then(|year| {
            PriceBook::read(library, if regime == Some(Regime::China) { Regime::ExChina } else { Regime::China }, year)
                .ok()
        });
        // A bad regime is a problem already; any deck will do to read the rest.
        let mut book = book.or_else(|| PriceBook::read(library, Regime::China, 2100).ok())?;
        book.read_own(fields, money_year.unwrap_or_default());
        if let (Some(rate), Some(year)) = (day_rate, money_year) {
            let citation = fields.written(&["vessel_day_rate"]);
            book.set("lifting vessel", Price { usd: rate.0, per: "h".into(), year, calendar: true, citation });
        }
        let (electricity, electricity_of, heat) = energy(fields, &book);
        let correlations =
            Correlation::all(library).map_err(|error| fields.refuse("installation", error.to_string(), "")).ok();
        let indices = Indices::read(library).map_err(|error| fields.refuse("money_year", error.to_string(), "")).ok();
        let classes = Classes::read(library).map_err(|error| fields.refuse("installation", error.to_string(), "")).ok();
        let (location, location_factor) = location?;
        Some(Self {
            money_year: money_year?,
            regime: regime?,
            price_year: price_year?,
            stale_years: stale?.0 / YEAR_HOURS,
            location,
            location_factor,
            installation: installation?,
            contingency: contingency?,
            owners_cost: owners_cost?,
            finance: finance?,
            maintenance: maintenance?,
            insurance: insurance?,
            labour_burden: labour_burden?,
            labour_overhead: labour_overhead?,
            posts: posts?,
            electricity: electricity?,
            electricity_of,
            heat: heat?,
            below_specification: below_specification?,
            concentrate_payability: concentrate_payability?,
            oxide_floor: oxide_floor?,
            payability,
            specification,
            disposal,
            feeds,
            mining_recovery: mining_recovery.map(|share| share.0),
            capital: capital?,
            yearly: yearly?,
            steps,
            prices: book,
            elsewhere: elsewhere?,
            correlations: correlations?,
            indices: indices?,
            classes: classes?,
        })
    }
}

fn posts(fields: &mut Fields<'_>, library: &Library) -> Option<Vec<Post>> {
    let set = fields.text("labour_rates", "set of wages in data/economics/labour_rates.csv")?;
    let table = library
        .table("economics/labour_rates")
        .map_err(|error| fields.refuse("labour_rates", error.to_string(), ""))
        .ok()?;
    if table.find("set", &set).is_none() {
        let known: Vec<&str> = table.rows().filter_map(|row| row.text("set")).collect();
        fields.refuse("labour_rates", format!("`{set}` is not known"), nearest(&set, known.into_iter()));
        return None;
    }
    let mut all = Some(Vec::new());
    for mut post in fields.may_tables("labour", "people always there: `section`, `trade`, `per_shift`") {
        let section = post.text("section", "to which the wages are counted");
        let trade = post.text("trade", "in the set of wages");
        let number: Option<Number> = post.need("per_shift", "people on each shift", 0.0..=1e5);
        let own: Option<MoneyRate> = post.may("rate", "wage; absent means that of the set", 0.0..=1e4);
        let found = trade.as_deref().and_then(|trade| {
            let row = table.rows().find(|row| row.text("set") == Some(&set) && row.text("trade") == Some(trade));
            if row.is_none() && own.is_none() {
                let known: Vec<&str> = table
                    .rows()
                    .filter(|row| row.text("set") == Some(&set))
                    .filter_map(|row| row.text("trade"))
                    .collect();
                post.refuse("trade", format!("`{trade}` has no wage"), nearest(trade, known.into_iter()));
            }
            row.and_then(|row| row.fact("rate"))
        });
        if let (None, Some(fact), Some(trade)) = (own, &found, &trade) {
            post.check().cite(format!("economics.labour_rates.{trade}"), fact, "USD/h");
        }
        let written = post.written(&["rate"]);
        post.finish();
        let rate = own.map(|own| (own.0, written)).or_else(|| found.map(|fact| (fact.value, fact.citation)));
        match (section, trade, number, rate, all.as_mut()) {
            (Some(section), Some(trade), Some(number), Some((rate, citation)), Some(all)) => {
                all.push(Post { section, trade, per_shift: number.0, rate, citation });
            }
            _ => all = None,
        }
    }
    all
}

fn extras<Q: crate::quantity::Quantity>(
    fields: &mut Fields<'_>,
    key: &'static str,
    about: &str,
    range: std::ops::RangeInclusive<f64>,
    factor: f64,
) -> Option<Vec<Extra>> {
    let mut all = Some(Vec::new());
    for mut extra in fields.may_tables(key, about) {
        let name = extra.text("name", "what it is");
        let section = extra.text("section", "to which it is counted");
        let citation = extra.written(&["cost"]);
        let cost: Option<Q> = extra.need("cost", "money of the money year", range.clone());
        extra.finish();
        match (name, section, cost, all.as_mut()) {
            (Some(name), Some(section), Some(cost), Some(all)) => {
                all.push(Extra { name, section, usd: cost.base() * factor, citation });
            }
            _ => all = None,
        }
    }
    all
}

fn steps(fields: &mut Fields<'_>) -> Vec<Step> {
    fields
        .may_tables("value_step", "a step of the value waterfall: `name`, `streams`")
        .into_iter()
        .filter_map(|mut step| {
            let name = step.text("name", "as printed");
            let streams = step.texts("streams", "in which the value stands at this step");
            step.finish();
            Some(Step { name: name?, streams: streams? })
        })
        .collect()
}

type Energy = (Option<String>, Vec<(String, String)>, Option<String>);

fn energy(fields: &mut Fields<'_>, book: &PriceBook) -> Energy {
    let (places, fuels) = book.energy_names();
    let named = |fields: &mut Fields<'_>, key: &'static str, about: &str, known: &[&str]| {
        let name = fields.text(key, about)?;
        if known.contains(&name.as_str()) {
            return Some(name);
        }
        fields.refuse(key, format!("`{name}` has no price"), nearest(&name, known.iter().copied()));
        None
    };
    let electricity = named(fields, "electricity", "where electricity is bought", &places);
    let heat = named(fields, "heat", "the fuel that heat is made from", &fuels);
    let mut special = Vec::new();
    if let Some(node) = fields.raw("electricity_of")
        && let Value::Table(entries) = &node.value
    {
        for (tag, place) in entries {
            match place.text() {
                Some(place) if places.contains(&place) => special.push((tag.clone(), place.to_owned())),
                _ => fields.refuse(
                    "electricity_of",
                    format!("`{tag}` is not given a place that has a price"),
                    format!("{tag} = one of: {}", places.join(", ")),
                ),
            }
        }
    }
    (electricity, special, heat)
}
