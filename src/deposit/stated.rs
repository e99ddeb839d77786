//! A deposit known by what was published of it: a grade and, perhaps, a tonnage.
//!
//! Nothing is interpolated here: the resource carries the figure of its source, with the
//! source's evidence, its cut-off where it says one, and no interpolator.

use crate::deposit::pattern::Pattern;
use crate::deposit::published;
use crate::deposit::study::{Resource, Study};
use crate::fields::Fields;
use crate::library::{Library, Row};
use crate::quantity::{Fraction, Mass};
use crate::source::{Caveat, Evidence, Sourced};
use crate::table::{Cell, Table};
use crate::unit::Reading;

const AT: &str = "deposit";

/// The table of what was published.
pub const TABLE: &str = "deposit/published_resources";

/// A stated resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    /// What the figures are for.
    pub zone: String,
    /// Dry ore, kg; `None` where only a grade was stated.
    pub ore_kg: Option<f64>,
    /// Rare earths in dry ore as elements, kg/kg.
    pub grade: f64,
    /// Cut-off as elements, kg/kg, where stated.
    pub cut_off: Option<f64>,
    /// Dry share of the ore as mined.
    pub dry_share: f64,
    /// How well the grade is known.
    pub evidence: Evidence,
}

/// A grade as rare-earth oxide or as elements, brought to elements.
fn as_elements(value: f64, oxides: bool, pattern: &Pattern) -> f64 {
    if oxides { value / pattern.oxide_factor() } else { value }
}

impl Stated {
    /// Reads `[deposit.stated]`: a row of the published table by `find` and `zone`, or `ore`, `grade` and `basis`.
    pub fn read(fields: &mut Fields<'_>, library: &Library, pattern: Option<&Pattern>) -> Option<Self> {
        let dry_share: Option<Fraction> =
            fields.need("dry_share", "dry ore in ore as mined; 1 where the ore is counted dry", 0.01..=1.0);
        let zone = fields.text("zone", "what the figures are for: a zone, a pit, the whole deposit");
        let find =
            fields.may_text("find", "a find in data/deposit/published_resources.csv; absent: `grade` is written here");
        if let Some(find) = find {
            return Self::named(fields, library, pattern?, &find, &zone?, dry_share?.0);
        }
        let grade: Option<Fraction> = fields.need("grade", "rare earths in dry ore, in the basis below", 1e-6..=0.9);
        let oxides = fields.word(
            "basis",
            "what the grade counts: rare-earth oxide (REO) or elements (REE)",
            &[("REO", true), ("REE", false)],
        );
        let ore: Option<Mass> = fields.may("ore", "dry ore; absent: only the grade is stated", 1.0..=1e15);
        let cut_off: Option<Fraction> =
            fields.may("cut_off", "cut-off the figures were counted above, same basis; absent: not stated", 0.0..=0.9);
        let evidence = fields
            .raw("grade")
            .and_then(|node| node.get("evidence")?.text().and_then(Evidence::from_word))
            .unwrap_or(Evidence::Choice);
        let (pattern, oxides) = (pattern?, oxides?);
        Some(Self {
            zone: zone?,
            ore_kg: ore.map(|ore| ore.0),
            grade: as_elements(grade?.0, oxides, pattern),
            cut_off: cut_off.map(|cut| as_elements(cut.0, oxides, pattern)),
            dry_share: dry_share?.0,
            evidence,
        })
    }

    fn named(
        fields: &Fields<'_>,
        library: &Library,
        pattern: &Pattern,
        find: &str,
        zone: &str,
        dry_share: f64,
    ) -> Option<Self> {
        let table = match library.table(TABLE) {
            Ok(table) => table,
            Err(error) => {
                fields.refuse("find", error.to_string(), "mend the table");
                return None;
            }
        };
        let known: Vec<String> = table
            .rows()
            .filter(|row| row.number("grade").is_some())
            .map(|row| format!("{} / {}", row.text("find").unwrap_or(""), row.text("zone").unwrap_or("")))
            .collect();
        let row = table.rows().find(|row| {
            row.text("find") == Some(find) && row.text("zone") == Some(zone) && row.number("grade").is_some()
        });
        let Some(row) = row else {
            fields.refuse(
                "find",
                format!("no grade of `{find}`, zone `{zone}`, is in the published table"),
                format!("one of: {}", known.join("; ")),
            );
            return None;
        };
        let percent = |column: &str| row.fact(column).map(|fact| Sourced { value: fact.value / 100.0, ..fact });
        let grade = percent("grade")?;
        let unit = format!("kg {}/kg", row.text("basis").unwrap_or("REO"));
        fields.check().cite(format!("{}.grade", fields.path()), &grade, &unit);
        if let Some(ore) = row.fact("ore") {
            fields.check().cite(format!("{}.ore", fields.path()), &ore, "Mt");
        }
        let oxides = in_oxides(row);
        Some(Self {
            zone: format!("{find}: {zone}"),
            ore_kg: row.number("ore").map(|ore| ore * 1e9),
            grade: as_elements(grade.value, oxides, pattern),
            cut_off: percent("cut_off").map(|cut| as_elements(cut.value, oxides, pattern)),
            dry_share,
            evidence: grade.citation.evidence,
        })
    }
}

/// Does a row of the published table count oxides?
pub fn in_oxides(row: Row<'_>) -> bool {
    row.text("basis") == Some("REO")
}

fn resource_table(factor: f64) -> Table {
    Table::new(
        "resource",
        "Resource in place",
        format!("dry solids; grade as elements (SREY); REO as reporting oxides, {factor:.4} per mass of elements"),
        &[
            ("zone", ""),
            ("evidence", ""),
            ("area", "km2"),
            ("thickness", "m"),
            ("cut-off", "ppm SREY"),
            ("dry density", "kg/m3"),
            ("interpolator", ""),
            ("dry", "t"),
            ("wet", "t"),
            ("grade", "ppm SREY"),
            ("REO", "t"),
        ],
    )
}

/// Tonnes of each element and of its oxide in `rare_earth_t` tonnes of rare earths.
fn by_element(pattern: &Pattern, zone: &str, rare_earth_t: Option<f64>) -> Table {
    let mut table = Table::new(
        "resource_by_element",
        format!("Resource by element, {zone}"),
        format!("pattern `{}`; elements, and reporting oxides", pattern.name),
        &[
            ("element", ""),
            ("share of SREY", "%"),
            ("element mass", "t"),
            ("oxide", ""),
            ("oxide mass", "t"),
            ("share of REO", "%"),
        ],
    );
    let shares = &pattern.shares.value;
    let factor = pattern.oxide_factor();
    for (element, share) in shares.rare_earths() {
        let oxide = element.oxide_factor().unwrap_or(1.0);
        let missing = pattern.not_reported.contains(&element);
        let known = |value: f64| if missing { Cell::Absent } else { Cell::from(value) };
        table.row(vec![
            element.symbol().into(),
            known(100.0 * share),
            rare_earth_t.map_or(Cell::Absent, |t| known(t * share)),
            element.oxide().unwrap_or("").into(),
            rare_earth_t.map_or(Cell::Absent, |t| known(t * share * oxide)),
            known(100.0 * share * oxide / factor),
        ]);
    }
    table
}

/// The study of a deposit known by a statement.
pub fn resource(study: &Study, stated: &Stated, pattern: &Pattern) -> Resource {
    let factor = pattern.oxide_factor();
    let dry_t = stated.ore_kg.map(|kg| kg / 1000.0);
    let rare_earth_t = dry_t.map(|dry| dry * stated.grade);
    let mut table = resource_table(factor);
    table.row(vec![
        stated.zone.as_str().into(),
        stated.evidence.word().into(),
        Cell::Absent,
        Cell::Absent,
        stated.cut_off.map(|cut| cut * 1e6).into(),
        Cell::Absent,
        "none: as stated by the source".into(),
        dry_t.into(),
        dry_t.map(|dry| dry / stated.dry_share).into(),
        (stated.grade * 1e6).into(),
        rare_earth_t.map(|t| t * factor).into(),
    ]);
    let mut tables = vec![table, by_element(pattern, &stated.zone, rare_earth_t)];
    published::tables(study, (stated.grade, None), factor, "", &mut tables);
    let mut readings = vec![Reading::new("grade of what is mined", stated.grade * 1e6, "ppm")];
    if let Some(dry) = dry_t {
        readings.push(Reading::new("dry ore in the part that is mined", dry / 1e6, "Mt"));
    }
    let mut caveats = pattern.caveats(AT);
    if stated.ore_kg.is_none() {
        caveats.push(Caveat::at(AT, "only a grade is stated, no tonnage: the life of the deposit is not known"));
    }
    Resource {
        tables,
        caveats,
        readings,
        mined_grade: Some(stated.grade),
        mined_dry_t: dry_t,
        dry_share: stated.dry_share,
        pattern: Some(pattern.shares.value),
        flag: None,
        files: Vec::new(),
    }
}
