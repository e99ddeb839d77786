//! A deposit known by what was published of it: a grade and, perhaps, a tonnage.
//!
//! Nothing is interpolated here: the resource carries the figure of its source, with the
//! source's evidence, its cut-off where it says one, and no interpolator.

use crate::deposit::pattern::Pattern;
use crate::fields::Fields;
use crate::library::{Library, Row};
use crate::quantity::{Fraction, Mass};
use crate::source::{Evidence, Sourced};

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
