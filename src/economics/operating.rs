//! Operating cost: every stream that crosses the fence, power, heat, services, people, upkeep.
//!
//! # Equation
//! `O = Σ m_i p_i H + P p_e H + Q p_h H + Σ s_j p_j H_j + 8760 (1 + β)(1 + ω) Σ n_k w_k + (μ + ι) T`
//!
//! # Symbols
//! `m_i` kg/h across the fence, `p` prices, `H` hours at work a year; `P`, `Q` electric and heat
//! power, kW; `s_j` services, paid for hours at work or all of the calendar; `n_k` posts manned
//! round the clock, `w_k` wages, `β` burden, `ω` overhead; `μ`, `ι` maintenance and insurance,
//! shares of total plant cost `T`.
//!
//! # Holds for
//! A steady year. A price nobody has makes the line absent, never zero.
//!
//! # Source
//! Prices `data/economics/`; shares are choices of the scenario.

use std::collections::BTreeMap;

use crate::flowsheet::Plant;
use crate::product::Product;
use crate::source::Sourced;

use super::capital::Capital;
use super::growing_annuity::YEAR_HOURS;
use super::ledger::{Category, Gathered, section};
use super::prices::Price;
use super::study::Study;

/// A price the scenario states for a stream, per kg.
fn stated(study: &Study, list: &[(String, Sourced<f64>)], name: &str) -> Option<Price> {
    list.iter().find(|(stream, _)| stream == name).map(|(_, stated)| Price {
        usd: stated.value,
        per: "kg".to_owned(),
        year: study.money_year,
        calendar: false,
        citation: stated.citation.clone(),
    })
}

/// All lines of yearly cost.
pub(super) fn operating(
    study: &Study,
    plant: &Plant,
    products: &[Product],
    capital: &Capital,
    hours: f64,
    gathered: &mut Gathered,
) {
    for pipe in plant.pipes.iter().filter(|pipe| pipe.from.is_none()) {
        let price = stated(study, &study.feeds, &pipe.name);
        let place = pipe.to.as_deref().and_then(|tag| plant.unit(tag)).map_or("plant", section);
        if price.is_none() && pipe.stream.mass() > 0.0 {
            gathered.absent(&pipe.name, "it enters at no stated cost (write it under `feeds`)");
        }
        line(study, gathered, (&pipe.name, place, Category::Feed), pipe.stream.mass() * hours, price.as_ref());
    }
    let mut drawn: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    let mut power: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    let mut heat: BTreeMap<&str, f64> = BTreeMap::new();
    let mut services: BTreeMap<(&str, &str, &str), f64> = BTreeMap::new();
    for unit in &plant.units {
        let place = section(unit);
        for bought in &unit.balance.drawn {
            *drawn.entry((place, &bought.name)).or_default() += bought.stream.mass();
        }
        let special = study.electricity_of.iter().find(|(tag, _)| *tag == unit.tag);
        let from = special.map_or(study.electricity.as_str(), |(_, name)| name.as_str());
        *power.entry((place, from)).or_default() += unit.balance.power_kw;
        *heat.entry(place).or_default() += unit.balance.heat_kw;
        for service in &unit.balance.services {
            *services.entry((place, &service.name, service.unit)).or_default() += service.value;
        }
    }
    for ((place, name), kg_per_h) in drawn {
        let price = study.prices.reagent(name);
        gathered.priced(study, (name, place, Category::Reagents), kg_per_h * hours, "kg", price);
    }
    for ((place, from), kw) in power {
        let price = study.prices.electricity(from);
        let what = format!("electricity, {from}");
        gathered.priced(study, (&what, place, Category::Power), kw * hours, "kWh", price);
    }
    for (place, kw) in heat {
        let what = format!("heat, {}", study.heat);
        gathered.priced(study, (&what, place, Category::Heat), kw * hours, "kWh", study.prices.heat(&study.heat));
    }
    for ((place, name, unit), amount) in services {
        let price = study.prices.service(name, unit);
        let time = if price.is_some_and(|price| price.calendar) { YEAR_HOURS } else { hours };
        gathered.priced(study, (name, place, Category::Services), amount * time, unit, price);
    }
    for pipe in plant.leaving() {
        if products.iter().any(|product| product.stream == pipe.name) || pipe.stream.mass() <= 0.0 {
            continue;
        }
        let price = stated(study, &study.disposal, &pipe.name);
        let place = pipe.from.as_deref().and_then(|tag| plant.unit(tag)).map_or("plant", section);
        if price.is_none() {
            gathered.absent(&pipe.name, "it leaves at no stated cost (write it under `disposal`)");
        }
        line(study, gathered, (&pipe.name, place, Category::Waste), pipe.stream.mass() * hours, price.as_ref());
    }
    for post in &study.posts {
        let wages =
            YEAR_HOURS * post.per_shift * post.rate * (1.0 + study.labour_burden) * (1.0 + study.labour_overhead);
        gathered.fixed(&post.trade, &post.section, Category::Labour, wages, &post.citation);
    }
    let sections: std::collections::BTreeSet<&str> = capital.items.iter().map(|item| item.section.as_str()).collect();
    for place in sections {
        let standing = capital.of_section(place);
        let (upkeep, cover) = (&study.maintenance, &study.insurance);
        gathered.fixed("maintenance", place, Category::Maintenance, upkeep.value * standing, &upkeep.citation);
        gathered.fixed("insurance", place, Category::Insurance, cover.value * standing, &cover.citation);
    }
    for extra in &study.yearly {
        gathered.fixed(&extra.name, &extra.section, Category::Other, extra.usd, &extra.citation);
    }
}

/// A line priced by the scenario itself: it needs no entry in the ledger beyond that of its field.
fn line(study: &Study, gathered: &mut Gathered, what: (&str, &str, Category), kg_per_y: f64, price: Option<&Price>) {
    if price.is_some() {
        let before = gathered.entries.clone();
        gathered.priced(study, what, kg_per_y, "kg", price);
        gathered.entries = before;
    }
}
