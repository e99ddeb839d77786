//! An outcome to draw: a plant of splitters with side branches and recycles, and every table
//! a report knows a picture for. The numbers are of no account; the shapes are.

mod battery;

use std::sync::Arc;

pub use battery::{battery, fan, train};

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::flowsheet::{Flowsheet, Placed};
use crate::formula::Formula;
use crate::ion::Ion;
use crate::mineral::Mineral;
use crate::outcome::{Certificate, Outcome, Provenance, Reference, Verdict};
use crate::product::Product;
use crate::source::{Caveat, Citation, Entry, Evidence};
use crate::stream::{Solvent, Stream};
use crate::table::{Cell, Table};
use crate::unit::{Balance, Drawn, Ports, Reading, Unit};

/// Sends shares of everything to its outlets.
#[derive(Debug)]
struct Splitter(Vec<f64>, f64);

impl Unit for Splitter {
    fn ports(&self) -> Ports {
        Ports { inlets: &["in"], outlets: &["a", "b"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut acid = Stream::default();
        acid.aqueous.water = self.1;
        acid.aqueous.ions[Ion::Chloride] = self.1;
        acid.aqueous.ions[Ion::H] = self.1;
        let whole = Stream::mixed(inlets.iter().chain([&acid]));
        let drawn = if self.1 > 0.0 { vec![Drawn { name: "HCl 35 %".into(), stream: acid }] } else { Vec::new() };
        let outlets = self.0.iter().map(|share| whole.scaled(*share)).collect();
        Ok(Balance { outlets, drawn, power_kw: 40.0 * self.0.len() as f64, ..Balance::default() })
    }
}

/// Dissolves a share of the apatite, with acid to match.
#[derive(Debug)]
struct Leach(f64);

impl Unit for Leach {
    fn ports(&self) -> Ports {
        Ports { inlets: &["in"], outlets: &["pulp"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut acid = Stream::default();
        acid.aqueous.water = 15_000.0;
        acid.aqueous.ions[Ion::Chloride] = 90_000.0;
        acid.aqueous.ions[Ion::H] = 90_000.0;
        let mut pulp = Stream::mixed([&inlets[0], &acid]);
        for lot in pulp.solid.lots.iter_mut().filter(|lot| &*lot.mineral.name == "apatite") {
            let gone = lot.mineral.dissolve();
            let kg = lot.total() * self.0;
            lot.kg_per_h.iter_mut().for_each(|part| *part *= 1.0 - self.0);
            pulp.aqueous.ions += &gone.ions.scaled(kg);
            pulp.aqueous.water += gone.water * kg;
        }
        let drawn = vec![Drawn { name: "HCl 35 %".into(), stream: acid }];
        Ok(Balance { outlets: vec![pulp], drawn, power_kw: 310.0, ..Balance::default() })
    }
}

/// Solids to the first outlet, the rest to the second.
#[derive(Debug)]
struct Filter;

impl Unit for Filter {
    fn ports(&self) -> Ports {
        Ports { inlets: &["in"], outlets: &["cake", "filtrate"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let mut cake = inlets[0].scaled(0.1);
        let mut filtrate = inlets[0].scaled(0.9);
        cake.solid = inlets[0].solid.clone();
        filtrate.solid.lots.clear();
        Ok(Balance { outlets: vec![cake, filtrate], ..Balance::default() })
    }
}

fn placed(tag: &str, kind: &'static str, unit: impl Unit + 'static, inlets: &[&str], outlets: &[&str]) -> Placed {
    Placed {
        tag: tag.into(),
        kind,
        unit: Box::new(unit),
        inlets: vec![inlets.iter().map(|s| (*s).to_owned()).collect()],
        outlets: outlets.iter().map(|s| (*s).to_owned()).collect(),
    }
}

/// A slurry of a rare-earth apatite in a brine.
pub fn slurry() -> Stream {
    let mut stream = Stream::default();
    stream.aqueous.water = 30_000.0;
    stream.aqueous.ions[Ion::Na] = 15_000.0;
    stream.aqueous.ions[Ion::Chloride] = 15_000.0;
    let pattern = [60.0, 90.0, 18.0, 75.0, 17.0, 4.2, 19.0, 2.9, 17.5, 3.6, 10.0, 1.4, 8.6, 1.3, 120.0];
    let mut trace = ByElement::default();
    for (element, ppm) in Element::RARE_EARTHS.iter().zip(pattern) {
        trace[*element] = ppm * 1e-5;
    }
    trace[Element::Th] = 2e-5;
    let host = Formula::parse("Ca5(PO4)3F").unwrap();
    stream.solid.add(&Arc::new(Mineral::new("apatite", &host, 3200.0, &trace)), &[4000.0, 6000.0]);
    stream.solid.add(&Arc::new(Mineral::compound("Al2Si2O9H4", 2600.0).unwrap()), &[3000.0, 1500.0]);
    stream
}

fn solvent() -> Stream {
    let mut stream = Stream::default();
    stream.organic.solvent = Some(Arc::new(Solvent {
        name: "p507".into(),
        exchange: 1.0,
        molar_mass: 0.306,
        density: 950.0,
        diluent_density: 800.0,
    }));
    stream.organic.extractant = 30_000.0;
    stream.organic.diluent = 20_000.0;
    stream.organic.ions[Ion::H] = 30_000.0;
    stream
}

/// A plant of 22 units.
pub fn flowsheet() -> Flowsheet {
    let split = |shares: &[f64]| Splitter(shares.to_vec(), 0.0);
    let dosed = |shares: &[f64]| Splitter(shares.to_vec(), 300.0);
    Flowsheet {
        units: vec![
            placed("R-1", "airlift-riser", split(&[1.0]), &["mud"], &["raised"]),
            placed("CY-1", "hydrocyclone", split(&[0.6, 0.4]), &["raised"], &["coarse", "fine tailings"]),
            placed("TH-1", "thickener", split(&[0.8, 0.2]), &["coarse"], &["thick", "overflow"]),
            placed("SH-1", "shipping", split(&[1.0]), &["thick"], &["landed"]),
            placed("L-1", "tank-leach", Leach(0.85), &["landed", "wash water"], &["pulp"]),
            placed("F-1", "filter", Filter, &["pulp"], &["cake", "liquor"]),
            placed("W-1", "wash", Filter, &["cake", "fresh water"], &["residue", "wash water"]),
            placed("N-1", "neutralise", dosed(&[0.97, 0.03]), &["liquor", "strip bleed"], &["clean", "iron cake"]),
            placed(
                "SX-1",
                "cascade",
                dosed(&[0.45, 0.5, 0.05]),
                &["clean", "solvent"],
                &["raffinate", "loaded", "crud"],
            ),
            placed("ST-1", "strip", dosed(&[0.6, 0.4]), &["loaded"], &["strip", "spent solvent"]),
            placed("M-1", "mixer", split(&[1.0]), &["spent solvent", "fresh solvent"], &["solvent"]),
            placed("SX-2", "cascade", split(&[0.5, 0.5]), &["strip"], &["light", "heavy"]),
            placed("SX-3", "cascade", split(&[0.3, 0.69, 0.01]), &["light"], &["LaCe", "NdPr", "strip bleed"]),
            placed("SX-4", "cascade", split(&[0.3, 0.7]), &["heavy"], &["SEG", "Dy-Y"]),
            placed("P-1", "oxalate-precipitation", dosed(&[0.9, 0.1]), &["NdPr"], &["NdPr oxalate", "mother 1"]),
            placed("P-2", "oxalate-precipitation", dosed(&[0.9, 0.1]), &["Dy-Y"], &["Dy oxalate", "mother 2"]),
            placed("P-3", "oxalate-precipitation", dosed(&[0.9, 0.1]), &["LaCe"], &["LaCe oxalate", "mother 3"]),
            placed("C-1", "calciner", split(&[0.999, 0.001]), &["NdPr oxalate"], &["NdPr oxide", "off-gas 1"]),
            placed("C-2", "calciner", split(&[0.999, 0.001]), &["Dy oxalate"], &["Dy oxide", "off-gas 2"]),
            placed("C-3", "calciner", split(&[0.999, 0.001]), &["LaCe oxalate"], &["LaCe oxide", "off-gas 3"]),
            placed(
                "E-1",
                "effluent-treatment",
                split(&[0.9, 0.1]),
                &["raffinate", "mother 1", "mother 2"],
                &["effluent", "sludge"],
            ),
        ],
    }
}

fn stages(name: &str) -> Table {
    let mut table = Table::new(
        name,
        "Stage profile",
        "g/L of element; loading: share of the capacity",
        &[("stage", ""), ("xu index", ""), ("section", ""), ("pH", ""), ("loading", "%")],
    );
    let elements = [Element::La, Element::Ce, Element::Pr, Element::Nd, Element::Sm, Element::Dy, Element::Y];
    for phase in ["aq", "org"] {
        for element in elements {
            table.column(format!("{phase}.{element}"), "g/L");
        }
    }
    for stage in 0..36_i32 {
        let (section, letter, n) = match stage {
            0..18 => ("extract", "E", stage + 1),
            18..28 => ("scrub", "Sc", stage - 17),
            _ => ("strip", "S", stage - 27),
        };
        let x = f64::from(stage);
        let mut row: Vec<Cell> = vec![
            format!("{letter}{n:02}").into(),
            (36.0 - x).into(),
            section.into(),
            (3.1 - 0.06 * x - if stage >= 28 { 1.5 } else { 0.0 }).into(),
            (if stage < 28 { 60.0 + x } else { 88.0 - 9.0 * (x - 27.0) }).into(),
        ];
        let aq = |index: usize| {
            let k = index as f64 - 2.5;
            let base = 30.0 / (1.0 + index as f64);
            if stage < 28 {
                base * (-0.13 * k * (x - 18.0)).exp().min(3.0)
            } else {
                base * (0.1 * k * (x - 28.0)).exp()
            }
        };
        row.extend((0..7).map(|index| Cell::from(aq(index))));
        row.extend((0..7).map(|index| Cell::from(aq(6 - index) * 0.7)));
        table.row(row);
    }
    table
}

/// A table from rows of a first word and numbers.
fn rows(name: &str, title: &str, columns: &[(&str, &str)], rows: &[(&str, &[f64])]) -> Table {
    let mut table = Table::new(name, title, "as in a fixture", columns);
    for (word, numbers) in rows {
        let mut row: Vec<Cell> = vec![(*word).into()];
        row.extend(numbers.iter().map(|n| Cell::from(*n)));
        table.row(row);
    }
    table
}

fn tables() -> Vec<Table> {
    let mut all = vec![stages("SX-1_stages")];
    let mut grade = Table::new(
        "grade_tonnage",
        "Grade and tonnage",
        "TREO as reporting oxides; Mt dry",
        &[("cut-off", "ppm"), ("tonnage", "Mt dry"), ("grade", "ppm"), ("REO", "kt")],
    );
    for step in 0..25 {
        let cut = f64::from(step) * 200.0;
        let tonnage = 16.0 / (1.0 + (cut / 2500.0).powi(4));
        let mean = 1500.0 + 0.75 * cut;
        grade.row(vec![cut.into(), tonnage.into(), mean.into(), (tonnage * mean / 1000.0).into()]);
    }
    all.push(grade);
    let mut plan = Table::new(
        "map_plan",
        "Plan",
        "TREO",
        &[("east", "m"), ("north", "m"), ("grade", "ppm"), ("wide", "m"), ("tall", "m")],
    );
    for x in 0..30 {
        for y in 0..18 {
            let grade = 1500.0 + 2500.0 * (f64::from(x) / 6.0).sin().abs() * (f64::from(y) / 5.0).cos().abs();
            plan.row(vec![
                (500.0 * f64::from(x)).into(),
                (500.0 * f64::from(y)).into(),
                grade.into(),
                500.0.into(),
                500.0.into(),
            ]);
        }
    }
    all.push(plan);
    let mut profile =
        Table::new("R-1_pressure_profile", "Pressure along the riser", "", &[("depth", "m"), ("pressure", "MPa")]);
    let mut partition = Table::new(
        "CY-1_partition_curve",
        "Partition to the underflow",
        "by mass",
        &[("size", "µm"), ("to underflow", "%")],
    );
    for step in 0..=20 {
        let x = f64::from(step);
        profile.row(vec![(280.0 * x).into(), (0.1 + 2.9 * x - 0.02 * x * x).into()]);
        let size = 10f64.powf(-0.3 + 0.12 * x);
        partition.row(vec![size.into(), (10.0 + 90.0 / (1.0 + (8.0 / size).powi(3))).into()]);
    }
    all.extend([profile, partition]);
    all.push(rows(
        "value_waterfall",
        "Value",
        &[("step", ""), ("value", "MUSD/y")],
        &[
            ("in situ", &[64.0]),
            ("recovered", &[41.0]),
            ("separated", &[35.0]),
            ("payable", &[30.0]),
            ("after market depth", &[24.0]),
        ],
    ));
    all.push(rows(
        "cost_waterfall",
        "Cost",
        &[("category", ""), ("cost", "USD/kg")],
        &[
            ("lifting", &[31.0]),
            ("shipping", &[12.0]),
            ("reagents", &[17.0]),
            ("power", &[3.0]),
            ("labour", &[8.0]),
            ("capital", &[38.0]),
        ],
    ));
    all.push(rows(
        "mass_value",
        "Mass and value",
        &[("element", ""), ("mass share", "%"), ("value share", "%")],
        &[
            ("La", &[14.0, 0.5]),
            ("Ce", &[22.0, 0.8]),
            ("Pr", &[4.0, 12.0]),
            ("Nd", &[18.0, 52.0]),
            ("Sm", &[4.0, 0.3]),
            ("Gd", &[5.0, 3.0]),
            ("Tb", &[0.8, 14.0]),
            ("Dy", &[4.2, 15.0]),
            ("Y", &[28.0, 2.4]),
        ],
    ));
    let mut cash = Table::new(
        "cash_flow",
        "Cash flow",
        "USD 2025",
        &[("year", ""), ("cash flow", "MUSD"), ("cumulative", "MUSD")],
    );
    let mut sum = 0.0;
    for year in 0..20 {
        let flow = if year < 3 { -300.0 } else { 95.0 };
        sum += flow;
        cash.row(vec![f64::from(year).into(), flow.into(), sum.into()]);
    }
    all.push(cash);
    let mut world = Table::new(
        "world_shares",
        "World shares",
        "t REO",
        &[("stage", ""), ("country", ""), ("before", "kt/y"), ("share before", "%"), ("share after", "%")],
    );
    for (stage, country, before, a, b) in [
        ("mining", "China", 270.0, 69.0, 68.0),
        ("mining", "United States", 45.0, 11.5, 11.4),
        ("mining", "Australia", 13.0, 3.3, 3.2),
        ("mining", "Japan", 0.0, 0.0, 1.4),
        ("mining", "others", 62.0, 16.2, 16.0),
        ("refining", "China", 260.0, 90.0, 88.5),
        ("refining", "Malaysia", 20.0, 7.0, 6.9),
        ("refining", "Japan", 0.0, 0.0, 1.6),
        ("refining", "others", 9.0, 3.0, 3.0),
    ] {
        world.row(vec![stage.into(), country.into(), before.into(), a.into(), b.into()]);
    }
    all.push(world);
    all.push(rows(
        "world_hhi",
        "Concentration",
        &[("stage", ""), ("before", ""), ("after", "")],
        &[("mining", &[5100.0, 4950.0]), ("refining", &[8150.0, 7900.0])],
    ));
    all.push(rows(
        "element_share",
        "Share of world supply",
        &[("element", ""), ("project", "t/y"), ("share", "%")],
        &[("Nd", &[300.0, 0.5]), ("Tb", &[12.0, 2.4]), ("Dy", &[70.0, 3.1]), ("Y", &[450.0, 3.6])],
    ));
    let mut claims =
        Table::new("claims", "Claims", "", &[("claim", ""), ("who", ""), ("verdict", ""), ("why", ""), ("source", "")]);
    claims.row(vec![
        "Hundreds of years of supply".into(),
        "press, 2018".into(),
        "holds in part".into(),
        "In the ground, for Y and Dy; at 350 t/d the mine meets 0.5 % of Nd.".into(),
        "takaya2018".into(),
    ]);
    claims.row(vec![
        "16 Mt of <oxide> & more".into(),
        "paper".into(),
        "holds".into(),
        "The block model gives the same within its range.".into(),
        "takaya2018".into(),
    ]);
    all.push(claims);
    all.push(rows(
        "timeline",
        "Timeline",
        &[("event", ""), ("year", "")],
        &[
            ("first cores", &[2013.0]),
            ("resource paper", &[2018.2]),
            ("lifting test", &[2026.0]),
            ("350 t/d trial", &[2027.1]),
        ],
    ));
    all
}

/// The whole.
pub fn outcome() -> Outcome {
    let given = vec![
        ("mud".to_owned(), slurry()),
        ("fresh water".to_owned(), {
            let mut water = Stream::default();
            water.aqueous.water = 8000.0;
            water
        }),
        ("fresh solvent".to_owned(), solvent()),
    ];
    let mut plant = flowsheet().solve(&given, &mut |_| {}).unwrap();
    let tables = tables();
    for unit in &mut plant.units {
        unit.balance.tables.extend(tables.iter().filter(|t| t.name.starts_with(&format!("{}_", unit.tag))).cloned());
    }
    let product = |name: &str, stream: &str, named: &[Element]| {
        Product::of(name, stream, &plant.pipe(stream).unwrap().stream, named)
    };
    let products = vec![
        product("NdPr oxide", "NdPr oxide", &[Element::Nd, Element::Pr]),
        product("Dy oxide", "Dy oxide", &[Element::Dy]),
        product("LaCe oxide", "LaCe oxide", &[Element::La, Element::Ce]),
    ];
    let entry = |path: &str, value: &str, evidence: Evidence, key: &str| Entry {
        path: path.into(),
        value: value.into(),
        citation: Citation { key: key.into(), place: "Table 2".into(), evidence, file: "data/x.csv".into() },
        line: Some(7),
    };
    Outcome {
        title: "A mud of the deep sea <test>".into(),
        summary: "What it takes to bring 350 t of mud a day to the deck and four oxides to the market.".into(),
        file: "fixture.toml".into(),
        money: "USD 2025".into(),
        certificate: Certificate {
            verdict: Verdict::Amber,
            converged: true,
            residual: 4e-13,
            closure: plant.closure.gap,
            closure_of: plant.closure.worst.clone(),
            in_range: 18,
            parts: 21,
            evidence: vec![
                (Evidence::Measured, 61),
                (Evidence::Published, 27),
                (Evidence::Derived, 9),
                (Evidence::Assumed, 12),
                (Evidence::Choice, 30),
            ],
            estimate_class: Some("AACE class 5, −50 / +100 %".into()),
        },
        readings: vec![
            Reading::new("mud lifted, dry", 54_000.0, "t/y"),
            Reading::new("TREO recovery", 61.2, "%"),
            Reading::new("oxides made", 812.0, "t/y"),
            Reading::new("cost", 109.0, "USD/kg"),
            Reading::new("revenue", 24.3, "MUSD/y"),
            Reading::new("NPV 8 %", -812.0, "MUSD"),
            Reading::new("energy", 212.0, "kWh/kg"),
            Reading::new("share of the world's Dy", 3.1, "%"),
        ],
        hours_per_year: 7200.0,
        plant: Some(plant),
        products,
        tables,
        files: Vec::new(),
        caveats: vec![
            Caveat::at("SX-1", "Loading of 97 % lies above the 92 % the isotherm was measured to."),
            Caveat::at("R-1", "The yield stress is extrapolated from 14 % to 18 % solids by mass."),
        ],
        ledger: vec![
            entry("R-1.depth", "5600 m", Evidence::Published, "takaya2018"),
            entry("SX-1.log_k.Nd", "−1.23", Evidence::Measured, "takaya2018"),
            entry("SX-1.stages", "18", Evidence::Choice, ""),
        ],
        bibliography: vec![Reference {
            key: "takaya2018".into(),
            text: "Takaya, Yutaro et al. (2018). The tremendous potential of deep-sea mud. Scientific Reports 8: 5763"
                .into(),
            url: Some("https://doi.org/10.1038/s41598-018-23948-5".into()),
        }],
        provenance: Provenance {
            version: "0.1.0".into(),
            commit: Some("abc1234".into()),
            seed: 1,
            scenario: "0123456789abcdef0123456789abcdef".into(),
            data: "fedcba9876543210fedcba9876543210".into(),
        },
    }
}
