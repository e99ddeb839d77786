//! The section `[market]`: what the project's output changes in the world.

use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Number, figures};
use crate::source::{Caveat, Sourced};
use crate::table::{Cell, Table};
use crate::unit::Reading;

use super::concentration::{Stage, Supply};
use super::market_clearing::clearing_price;

/// The four the magnet statistics count.
pub const MAGNET: [Element; 4] = [Element::Pr, Element::Nd, Element::Tb, Element::Dy];

/// The world's demand or output of one element, t/y of element.
#[derive(Debug, Clone, PartialEq)]
struct World {
    amount: Sourced<f64>,
    low: f64,
    high: f64,
    year: usize,
    what: String,
}

/// The choices behind a comparison with the world, and the world.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    country: String,
    stages: Vec<(Stage, Supply, String, bool)>,
    world: ByElement<Option<World>>,
    demand_elasticity: f64,
    supply_elasticity: f64,
}

/// What changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// `world_shares`, `world_hhi`, `element_share`.
    pub tables: Vec<Table>,
    /// Shares of the world, in words that name the stage.
    pub readings: Vec<Reading>,
    /// What to know before believing it.
    pub caveats: Vec<Caveat>,
}

/// The world by stage: `(stage, what is there, its basis, does the project add to it?)`.
type Stages = Vec<(Stage, Supply, String, bool)>;

impl Study {
    /// Reads the section.
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let country = fields.text("country", "where the project counts, as statistics name it");
        let adds = fields.texts("adds_to", "stages the project adds to: mining, refining; [] for none");
        let edition = fields.text("mining_edition", "edition of the survey of mine output: MCS2026 or MCS2025");
        let mining_year = fields.count("mining_year", "year of the mine output", 1990..=2100);
        let refining_year =
            fields.count("refining_year", "year of the magnet rare earths: 2024, or a projection", 2024..=2040);
        let elasticity = |fields: &mut Fields<'_>, key: &'static str, about: &str| -> Option<f64> {
            fields.need::<Number>(key, about, 1e-3..=10.0).map(|number| number.0)
        };
        let demand_elasticity =
            elasticity(fields, "demand_elasticity", "of demand; nobody has published one for a single rare earth");
        let supply_elasticity =
            elasticity(fields, "supply_elasticity", "of supply; nobody has published one for a single rare earth");
        let adds = adds?;
        for word in &adds {
            if !["mining", "refining"].contains(&word.as_str()) {
                fields.refuse("adds_to", format!("`{word}` is not a stage"), "mining, refining");
            }
        }
        let stages = stages(fields, library, &adds, &edition?, mining_year?, refining_year?)?;
        let world = world(fields, library).map_err(|error| fields.refuse("country", error.to_string(), "")).ok()?;
        Some(Self {
            country: country?,
            stages,
            world,
            demand_elasticity: demand_elasticity?,
            supply_elasticity: supply_elasticity?,
        })
    }

    /// What so many kg of each element a year change: all that is sold counts as mined, what is sold
    /// separated also as refined.
    pub fn effect(&self, mined: &ByElement<f64>, separated: &ByElement<f64>) -> Effect {
        let mut caveats = vec![Caveat::at(
            "market",
            format!(
                "price effects use elasticities of {} (demand) and {} (supply), which are illustrations: none is published for a single rare earth",
                figures(self.demand_elasticity, 2),
                figures(self.supply_elasticity, 2)
            ),
        )];
        let mut readings = Vec::new();
        let (shares, concentration) = self.by_stage(mined, separated, &mut readings);
        let elements = self.by_element(mined, &mut readings, &mut caveats);
        Effect { tables: vec![shares, concentration, elements], readings, caveats }
    }

    /// t/y the project counts at a stage, in the stage's own basis.
    fn added(stage: Stage, mined: &ByElement<f64>, separated: &ByElement<f64>) -> f64 {
        let magnet = |kg: &ByElement<f64>| MAGNET.iter().map(|e| kg[*e]).sum::<f64>() / 1000.0;
        match stage {
            Stage::Mining | Stage::Reserves => mined.rare_earth_oxide() / 1000.0,
            Stage::MagnetMining => magnet(mined),
            Stage::MagnetRefining => magnet(separated),
        }
    }

    fn by_stage(
        &self,
        mined: &ByElement<f64>,
        separated: &ByElement<f64>,
        readings: &mut Vec<Reading>,
    ) -> (Table, Table) {
        let bases: Vec<String> =
            self.stages.iter().map(|(stage, _, basis, _)| format!("{}: {basis}", stage.word())).collect();
        let basis = bases.join("; ");
        let mut shares = Table::new(
            "world_shares",
            "The world by country, without the project and with it",
            basis.clone(),
            &[
                ("stage", ""),
                ("country", ""),
                ("before", "t/y"),
                ("share before", "%"),
                ("after", "t/y"),
                ("share after", "%"),
            ],
        );
        let mut index = Table::new(
            "world_hhi",
            "Concentration of the world's supply",
            format!("sum of squared shares, 0 to 1; low and high count the unnamed rest as many and as one; {basis}"),
            &[
                ("stage", ""),
                ("before", ""),
                ("after", ""),
                ("before, high", ""),
                ("after, high", ""),
                ("needed outside China for 65 %", "t/y"),
            ],
        );
        for (stage, before, _, adds) in &self.stages {
            let more = if *adds { Self::added(*stage, mined, separated) } else { 0.0 };
            let after = before.with(&self.country, more);
            for (name, amount) in &after.producers {
                let was = before.share(name);
                shares.row(vec![
                    stage.word().into(),
                    name.as_str().into(),
                    (was * before.total()).into(),
                    (100.0 * was).into(),
                    (*amount).into(),
                    (100.0 * after.share(name)).into(),
                ]);
            }
            let ((low, high), (low_after, high_after)) = (before.concentration(), after.concentration());
            index.row(vec![
                stage.word().into(),
                low.into(),
                low_after.into(),
                high.into(),
                high_after.into(),
                before.others_needed("China", 0.65).into(),
            ]);
            let percent =
                |name: &str, share: f64| Reading::new(format!("{name}, {}", stage.word()), 100.0 * share, "%");
            readings.push(percent("share of the world", more / after.total()));
            readings.push(percent("China before", before.share("China")));
            readings.push(percent("China after", after.share("China")));
        }
        (shares, index)
    }

    fn by_element(&self, kg: &ByElement<f64>, readings: &mut Vec<Reading>, caveats: &mut Vec<Caveat>) -> Table {
        let mut table = Table::new(
            "element_share",
            "Share of the world by element",
            "t of element a year (not oxide); world demand or output of the year named; an empty world means no public figure",
            &[
                ("element", ""),
                ("project", "t/y"),
                ("world", "t/y"),
                ("share", "%"),
                ("share at least", "%"),
                ("share at most", "%"),
                ("price change", "%"),
                ("what", ""),
                ("evidence", ""),
                ("source", ""),
            ],
        );
        let mut unknown = Vec::new();
        let mut large = Vec::new();
        for element in Element::RARE_EARTHS.iter().copied().chain([Element::Sc]) {
            let own = kg[element] / 1000.0;
            let Some(world) = &self.world[element] else {
                if own > 0.0 {
                    unknown.push(element.symbol());
                    let mut row: Vec<Cell> = vec![element.symbol().into(), own.into()];
                    row.extend((0..5).map(|_| Cell::Absent));
                    row.extend(["no public figure".into(), "absent".into(), "".into()]);
                    table.row(row);
                }
                continue;
            };
            let amount = world.amount.value;
            let price = clearing_price(amount, amount, own, self.demand_elasticity, self.supply_elasticity) - 1.0;
            table.row(vec![
                element.symbol().into(),
                own.into(),
                amount.into(),
                (100.0 * own / amount).into(),
                (100.0 * own / world.high).into(),
                (100.0 * own / world.low).into(),
                (100.0 * price).into(),
                format!("{} {}", world.what, world.year).into(),
                world.amount.citation.evidence.word().into(),
                (&*world.amount.citation.key).into(),
            ]);
            readings.push(Reading::new(format!("share of world {element}"), 100.0 * own / amount, "%"));
            if own > 0.05 * amount {
                large.push(format!("{element} {} %", figures(100.0 * own / amount, 2)));
            }
        }
        if !large.is_empty() {
            let what = "the world's price would move, and revenue is counted at the price before";
            caveats.push(Caveat::at("market", format!("large for the world: {}; {what}", large.join(", "))));
        }
        if !unknown.is_empty() {
            caveats.push(Caveat::at(
                "market",
                format!("no public figure of world demand or output for {}", unknown.join(", ")),
            ));
        }
        table
    }
}

fn stages(
    fields: &Fields<'_>,
    library: &Library,
    adds: &[String],
    edition: &str,
    mining_year: usize,
    refining_year: usize,
) -> Option<Stages> {
    let adds_to = |word: &str| adds.iter().any(|stage| stage == word);
    let magnet = format!("t of Nd, Pr, Dy and Tb as elements, agency edition 2025, year {refining_year}");
    let wanted = [
        (
            Stage::Mining,
            mining_year,
            format!("t of rare-earth oxide, survey edition {edition}, year {mining_year}"),
            "mining",
        ),
        (Stage::MagnetMining, refining_year, magnet.clone(), "mining"),
        (Stage::MagnetRefining, refining_year, magnet, "refining"),
    ];
    let mut all = Vec::new();
    for (stage, year, basis, word) in wanted {
        let key = if stage == Stage::Mining { "mining_year" } else { "refining_year" };
        match stage.world(library, edition, year) {
            Err(error) => {
                fields.refuse(key, error.to_string(), "");
                return None;
            }
            Ok(world) if world.producers.is_empty() => {
                fields.refuse(
                    key,
                    format!("there is no {} in {year}", stage.word()),
                    "2024, 2025; or 2024, 2030, 2035, 2040",
                );
                return None;
            }
            Ok(world) => all.push((stage, world, basis, adds_to(word))),
        }
    }
    Some(all)
}

fn world(fields: &Fields<'_>, library: &Library) -> Result<ByElement<Option<World>>, Error> {
    let table = library.table("market/world_by_element")?;
    let mut world = ByElement::from_fn(|_| None);
    for row in table.rows() {
        let element = row.text("element").and_then(|symbol| symbol.parse::<Element>().ok());
        let (Some(element), Some(amount)) = (element, row.fact("amount")) else { continue };
        fields.check().cite(format!("market.world.{element}"), &amount, "t/y");
        world[element] = Some(World {
            low: row.number("low").unwrap_or(amount.value),
            high: row.number("high").unwrap_or(amount.value),
            year: row.number("year").unwrap_or_default() as usize,
            what: row.text("what").unwrap_or_default().to_owned(),
            amount,
        });
    }
    Ok(world)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::fields::Check;

    fn study(text: &str) -> (Option<Study>, Vec<String>) {
        let node = Node::parse("s.toml", text).unwrap();
        let check = Check::new();
        let mut fields = Fields::new(&node, "market", &check);
        let study = Study::read(&mut fields, &Library::builtin());
        fields.finish();
        (study, check.finish().0.iter().map(ToString::to_string).collect())
    }

    const SECTION: &str = r#"
country = "Japan"
adds_to = ["mining", "refining"]
mining_edition = "MCS2026"
mining_year = 2025
refining_year = 2024
demand_elasticity = { value = 0.3, evidence = "assumed", note = "illustration" }
supply_elasticity = { value = 0.2, evidence = "assumed", note = "illustration" }
"#;

    #[test]
    fn nothing_changes_nothing() {
        let (study, problems) = study(SECTION);
        assert!(problems.is_empty(), "{problems:?}");
        let effect = study.unwrap().effect(&ByElement::default(), &ByElement::default());
        let index = effect.tables.iter().find(|t| t.name == "world_hhi").unwrap();
        assert_eq!(index.numbers("before"), index.numbers("after"));
    }

    #[test]
    fn shares_sum_to_all() {
        let mut kg = ByElement::default();
        kg[Element::Dy] = 1e5;
        kg[Element::La] = 1e6;
        let effect = study(SECTION).0.unwrap().effect(&kg, &kg);
        let shares = effect.tables.iter().find(|t| t.name == "world_shares").unwrap();
        for column in ["share before", "share after"] {
            let sum: f64 = shares.numbers(column).into_iter().flatten().sum();
            assert!((sum - 300.0).abs() < 1e-9, "{column}: {sum}");
        }
        assert!(effect.caveats.iter().any(|caveat| caveat.text.contains("La")));
        // 100 t of dysprosium lower its price.
        let elements = effect.tables.iter().find(|t| t.name == "element_share").unwrap();
        let at = elements.rows.iter().position(|row| row[0] == "Dy".into()).unwrap();
        assert!(elements.numbers("price change")[at].unwrap() < -5.0);
    }

    #[test]
    fn a_year_that_is_not_there_is_a_problem() {
        let (_, problems) = study(&SECTION.replace("mining_year = 2025", "mining_year = 1999"));
        assert!(problems[0].contains("1999"), "{problems:?}");
        let (_, problems) = study(&SECTION.replace("\"refining\"]", "\"refning\"]"));
        assert!(problems[0].contains("refning"), "{problems:?}");
    }
}
