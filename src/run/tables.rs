//! The plant's tables: streams, units, recovery link by link, closure, products, what crosses the fence.

use std::collections::BTreeMap;

use crate::catalogue;
use crate::element::{ByElement, Element};
use crate::flowsheet::Plant;
use crate::ion::Ion;
use crate::product::Product;
use crate::solution;
use crate::stream::Stream;
use crate::table::{Cell, Table};
use crate::unit::Reading;

/// The oxide forms of every "REO" in this program.
pub const OXIDE_BASIS: &str =
    "REO: La2O3, CeO2, Pr6O11, Nd2O3, Sm2O3, Eu2O3, Gd2O3, Tb4O7, Dy2O3, Ho2O3, Er2O3, Tm2O3, Yb2O3, Lu2O3, Y2O3";

/// Writes the plant's tables and headline readings.
pub(super) fn of_plant(
    plant: &Plant,
    products: &[Product],
    hours: f64,
    tables: &mut Vec<Table>,
    readings: &mut Vec<Reading>,
) {
    tables.push(streams(plant));
    tables.push(units(plant));
    // Where nothing is named a product all is lost, and to say so in per cent says nothing.
    let mut links = Vec::new();
    if !products.is_empty() {
        let (table, shares) = recovery(plant, products);
        tables.push(table);
        links = shares;
    }
    tables.push(product_table(products, hours));
    tables.push(fence(plant, products, hours));
    tables.push(closure(plant));
    for unit in &plant.units {
        tables.extend(unit.balance.tables.iter().cloned());
    }
    let entering = entering(plant);
    let mined = entering.element_mass().rare_earth_oxide();
    let sold: f64 = products.iter().map(|product| product.oxide).sum();
    let power: f64 = plant.units.iter().map(|unit| unit.balance.power_kw).sum();
    let heat: f64 = plant.units.iter().map(|unit| unit.balance.heat_kw).sum();
    let dry = entering.solid.mass();
    let mut tell = |name: &str, value: f64, unit: &'static str| {
        if value.is_finite() {
            readings.push(Reading::new(name, value, unit));
        }
    };
    if dry > 0.0 {
        tell("ore treated, dry", dry * hours / 1000.0, "t/y");
        tell("grade as mined, dry", entering.element_mass().rare_earth_total() / dry * 1e6, "ppm rare-earth elements");
        tell("rare earths mined", mined * hours / 1000.0, "t REO/y");
    }
    if sold > 0.0 {
        tell("rare earths sold", sold * hours / 1000.0, "t REO/y");
        tell("recovery, ore to products", sold / mined * 100.0, "%");
        tell("electricity per kg REO", power / sold, "kWh/kg REO");
        tell("heat per kg REO", heat / sold, "kWh/kg REO");
        let (acid, base) = acid_and_base(plant);
        tell("acid per kg REO", acid / sold, "kg HCl-equivalent/kg REO");
        tell("base per kg REO", base / sold, "kg NaOH-equivalent/kg REO");
    }
    for (link, share) in links {
        tell(&format!("recovery in {link}"), share * 100.0, "%");
    }
}

/// Everything given from outside (the ore), mixed.
fn entering(plant: &Plant) -> Stream {
    Stream::mixed(plant.pipes.iter().filter(|pipe| pipe.from.is_none()).map(|pipe| &pipe.stream))
}

/// Acid and base bought, as 100 % HCl and NaOH, kg/h.
///
/// A reagent's alkalinity is what it can take up: `−H⁺ + 2 CO3²⁻ + 2 C2O4²⁻` of the basis, so soda and
/// bicarbonate count as bases and oxalic acid, a precipitant, as neither.
fn acid_and_base(plant: &Plant) -> (f64, f64) {
    let (mut acid, mut base) = (0.0, 0.0);
    for drawn in plant.units.iter().flat_map(|unit| &unit.balance.drawn) {
        let ions = &drawn.stream.aqueous.ions;
        let alkalinity = 2.0 * (ions[Ion::Carbonate] + ions[Ion::Oxalate]) - ions[Ion::H];
        if alkalinity > 0.0 { base += alkalinity } else { acid -= alkalinity }
    }
    let kg = |moles: f64, elements: &[Element]| moles * elements.iter().map(|e| e.molar_mass()).sum::<f64>() / 1000.0;
    (kg(acid, &[Element::H, Element::Cl]), kg(base, &[Element::Na, Element::O, Element::H]))
}

fn streams(plant: &Plant) -> Table {
    let columns = [
        ("stream", ""),
        ("from", ""),
        ("to", ""),
        ("mass", "kg/h"),
        ("solids", "kg/h dry"),
        ("water", "kg/h"),
        ("solution", "m3/h"),
        ("organic", "m3/h"),
        ("gas", "kg/h"),
        ("temperature", "degC"),
        ("pH", ""),
        ("REO", "kg/h"),
    ];
    let mut table = Table::new(
        "streams",
        "Streams",
        format!("per hour at work; elements in kg/h as elements; {OXIDE_BASIS}"),
        &columns,
    );
    for element in Element::ALL {
        table.column(element.symbol(), "kg/h");
    }
    for pipe in &plant.pipes {
        let stream = &pipe.stream;
        let mass = stream.element_mass();
        let ph = if stream.aqueous.ions.ionic_throughput() > 0.0 { solution::ph(&stream.aqueous) } else { None };
        let mut row: Vec<Cell> = vec![
            pipe.name.clone().into(),
            pipe.from.clone().unwrap_or_else(|| "outside".into()).into(),
            pipe.to.clone().unwrap_or_else(|| "over the fence".into()).into(),
            stream.mass().into(),
            stream.solid.mass().into(),
            stream.aqueous.water.into(),
            stream.aqueous.volume().into(),
            stream.organic.volume().into(),
            stream.gas.mass_kg().into(),
            (stream.temperature - 273.15).into(),
            ph.into(),
            mass.rare_earth_oxide().into(),
        ];
        // Below this share of the stream a mass is the last bits of larger ones, not a trace.
        let rounding = 1e-15 * mass.total();
        row.extend(mass.iter().map(|(_, &kg)| Cell::from(if kg.abs() < rounding { 0.0 } else { kg })));
        table.row(row);
    }
    table
}

fn units(plant: &Plant) -> Table {
    let mut table = Table::new(
        "units",
        "What an operator would read",
        "per hour at work",
        &[("tag", ""), ("kind", ""), ("reading", ""), ("value", ""), ("unit", "")],
    );
    for unit in &plant.units {
        let balance = &unit.balance;
        let own = [Reading::new("electric power", balance.power_kw, "kW"), Reading::new("heat", balance.heat_kw, "kW")];
        for reading in balance.readings.iter().chain(own.iter().filter(|r| r.value != 0.0)) {
            table.row(vec![
                unit.tag.clone().into(),
                unit.kind.into(),
                reading.name.clone().into(),
                reading.value.into(),
                reading.unit.into(),
            ]);
        }
    }
    table
}

/// Recovery of each rare earth link by link: what a stage sends over the fence unsold is its loss.
fn recovery(plant: &Plant, products: &[Product]) -> (Table, Vec<(String, f64)>) {
    let mut left = entering(plant).element_mass();
    let all = left;
    let sold: Vec<&str> = products.iter().map(|product| product.stream.as_str()).collect();
    let mut lost: BTreeMap<&str, ByElement<f64>> = BTreeMap::new();
    for pipe in plant.leaving().filter(|pipe| !sold.contains(&pipe.name.as_str())) {
        let stage = pipe.from.as_deref().and_then(|tag| plant.unit(tag)).map_or("", |unit| stage_of(unit.kind));
        *lost.entry(stage).or_default() += &pipe.stream.element_mass();
    }
    let mut table = Table::new(
        "recovery",
        "Recovery, link by link",
        "share of what enters the link, by mass of element; TREO over the fifteen",
        &[("link", ""), ("TREO", "%")],
    );
    for element in Element::RARE_EARTHS {
        table.column(element.symbol(), "%");
    }
    let percent = |after: f64, before: f64| {
        if before > 0.0 { Cell::from((after / before * 100.0).max(0.0)) } else { Cell::Absent }
    };
    let mut links = Vec::new();
    let stages = catalogue::UNITS
        .iter()
        .map(|(stage, _)| *stage)
        .filter(|stage| plant.units.iter().any(|u| stage_of(u.kind) == *stage));
    for stage in stages {
        let loss = lost.get(stage).copied().unwrap_or_default();
        let after = ByElement::from_fn(|element| left[element] - loss[element]);
        let mut row = vec![Cell::from(stage), percent(after.rare_earth_oxide(), left.rare_earth_oxide())];
        row.extend(Element::RARE_EARTHS.iter().map(|&e| percent(after[e], left[e])));
        table.row(row);
        if left.rare_earth_total() > 0.0 {
            links.push((stage.to_owned(), after.rare_earth_oxide() / left.rare_earth_oxide()));
        }
        left = after;
    }
    let mut made = ByElement::default();
    for product in products {
        made += &product.elements;
    }
    let mut row = vec![Cell::from("ore to products"), percent(made.rare_earth_oxide(), all.rare_earth_oxide())];
    row.extend(Element::RARE_EARTHS.iter().map(|&e| percent(made[e], all[e])));
    table.row(row);
    (table, links)
}

/// The stage a kind of unit belongs to.
fn stage_of(kind: &str) -> &'static str {
    catalogue::UNITS.iter().find(|(_, kinds)| kinds.iter().any(|k| k.name == kind)).map_or("", |(stage, _)| stage)
}

fn product_table(products: &[Product], hours: f64) -> Table {
    let mut table = Table::new(
        "products",
        "Products",
        format!(
            "relative purity: oxides of the named rare earths over all REO; oxide purity: REO over all oxides left on ignition; {OXIDE_BASIS}"
        ),
        &[("product", ""), ("stream", ""), ("REO", "t/y"), ("relative purity", "%"), ("oxide purity", "%")],
    );
    for element in Element::RARE_EARTHS {
        table.column(format!("{element} oxide"), "% of REO");
    }
    for product in products {
        let mut row = vec![
            product.name.clone().into(),
            product.stream.clone().into(),
            (product.oxide * hours / 1000.0).into(),
            (product.relative_purity * 100.0).into(),
            (product.oxide_purity * 100.0).into(),
        ];
        row.extend(Element::RARE_EARTHS.iter().map(|&e| {
            let oxide = product.elements[e] * e.oxide_factor().unwrap_or(1.0);
            let percent = oxide / product.oxide * 100.0;
            // A part in 10¹² is below any analysis and near the last bits of the rest.
            if product.oxide > 0.0 { Cell::from(if percent < 1e-10 { 0.0 } else { percent }) } else { Cell::Absent }
        }));
        table.row(row);
    }
    table
}

fn fence(plant: &Plant, products: &[Product], hours: f64) -> Table {
    let mut table = Table::new(
        "fence",
        "What crosses the fence",
        "wet mass as bought, sold or left; per year at work",
        &[("what", ""), ("where", ""), ("way", ""), ("mass", "t/y")],
    );
    let tonnes = |kg_per_h: f64| Cell::from(kg_per_h * hours / 1000.0);
    for pipe in plant.pipes.iter().filter(|pipe| pipe.from.is_none()) {
        table.row(vec![
            pipe.name.clone().into(),
            pipe.to.clone().unwrap_or_default().into(),
            "mined".into(),
            tonnes(pipe.stream.mass()),
        ]);
    }
    for unit in &plant.units {
        for drawn in &unit.balance.drawn {
            table.row(vec![
                drawn.name.clone().into(),
                unit.tag.clone().into(),
                "bought".into(),
                tonnes(drawn.stream.mass()),
            ]);
        }
    }
    for pipe in plant.leaving() {
        let sold = products.iter().any(|product| product.stream == pipe.name);
        let way = if sold { "sold" } else { "left" };
        table.row(vec![
            pipe.name.clone().into(),
            pipe.from.clone().unwrap_or_default().into(),
            way.into(),
            tonnes(pipe.stream.mass()),
        ]);
    }
    table
}

fn closure(plant: &Plant) -> Table {
    let mut table = Table::new(
        "closure",
        "Closure of each element over the whole plant",
        "mol/h; gap relative to the larger side",
        &[("element", ""), ("in", "mol/h"), ("out", "mol/h"), ("gap", "")],
    );
    for (element, a, b, gap) in &plant.closure.elements {
        // Below rounding the last digits are noise that no rerun on another machine need repeat.
        let gap = if *gap < 1e-14 { 0.0 } else { *gap };
        table.row(vec![element.symbol().into(), (*a).into(), (*b).into(), gap.into()]);
    }
    table
}
