//! `[deposit]`: what a scenario says of the deposit, read and checked.

use std::path::Path;

use crate::deposit::cores::Cores;
use crate::deposit::ground::given::Shelf;
use crate::deposit::ground::{self, Ground};
use crate::deposit::pattern::Pattern;
use crate::deposit::resource;
use crate::deposit::stated::{Stated, TABLE};
use crate::document::Node;
use crate::element::ByElement;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::{FactTable, Library};
use crate::source::{Caveat, Citation};
use crate::table::Table;
use crate::unit::{Case, Kind, Reading};

/// How a deposit is known.
#[derive(Debug, Clone)]
pub enum Route {
    /// By cores, with the split of the rare earths.
    Cores(Box<Cores>, Pattern),
    /// By what was published.
    Stated(Stated, Pattern),
    /// By holes or samples in space.
    Ground(Box<Ground>),
}

/// The deposit of a scenario.
#[derive(Debug, Clone)]
pub struct Study {
    /// How it is known.
    pub route: Route,
    /// Finds whose published figures stand beside ours.
    pub beside: Vec<String>,
    /// The published figures.
    pub published: FactTable,
}

/// What the study found.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Every table.
    pub tables: Vec<Table>,
    /// What has to be said beside them.
    pub caveats: Vec<Caveat>,
    /// Headline figures.
    pub readings: Vec<Reading>,
    /// Rare earths (elements) in dry ore in the part that is mined, kg/kg; `None` where they are not assayed.
    pub mined_grade: Option<f64>,
    /// Dry ore in the part that is mined, t; `None` where only a grade is stated.
    pub mined_dry_t: Option<f64>,
    /// Dry share of what is mined, by mass.
    pub dry_share: f64,
    /// Mass share of each element in the sum of the rare earths, where it is known.
    pub pattern: Option<ByElement<f64>>,
    /// Flag of the core table (`SYNTHETIC`), to stand in every title.
    pub flag: Option<String>,
    /// The block model for other programs: files by name.
    pub files: Vec<(String, String)>,
}

impl Study {
    /// Reads the section; `scenario_folder` is where a core table of the user's own is looked for.
    pub fn read(fields: &mut Fields<'_>, library: &Library, scenario_folder: &Path) -> Option<Self> {
        Self::read_from(fields, Shelf { library, folder: scenario_folder, instead: None })
    }

    /// The same, with a table that goes before the one named.
    pub fn read_from(fields: &mut Fields<'_>, shelf: Shelf<'_>) -> Option<Self> {
        let Shelf { library, folder: scenario_folder, .. } = shelf;
        let beside = fields.may_texts("beside", "finds of data/deposit/published_resources.csv to set beside ours");
        let stated =
            fields.may_table("stated", "a grade someone published; instead of cores, area, estimate and tonnage");
        let published =
            library.table(TABLE).map_err(|error| fields.refuse("beside", error.to_string(), "mend the table"));
        if let Ok(table) = &published {
            for find in &beside {
                if table.find("find", find).is_none() {
                    let known = table.rows().filter_map(|row| row.text("find"));
                    fields.refuse("beside", format!("`{find}` is not known"), crate::fields::nearest(find, known));
                }
            }
            cite(fields, table);
        }
        let route = if let Some(mut inner) = stated {
            for key in ["cores", "holes", "samples", "area", "estimate", "tonnage"] {
                if fields.has(key) {
                    fields.refuse(key, "stands beside `stated`", "either cores or a stated grade");
                    let _ = fields.raw(key);
                }
            }
            let pattern = Pattern::field(fields, library, "pattern");
            let stated = Stated::read(&mut inner, library, pattern.as_ref());
            inner.finish();
            stated.zip(pattern).map(|(stated, pattern)| Route::Stated(stated, pattern))
        } else if shelf.instead.is_some() || ground::SIGNS.iter().any(|key| fields.has(key)) {
            Ground::read(fields, shelf).map(|ground| Route::Ground(Box::new(ground)))
        } else {
            let cores = Cores::read(fields, library, scenario_folder);
            let pattern = read_pattern(fields, library, cores.as_ref());
            cores.zip(pattern).map(|(cores, pattern)| Route::Cores(Box::new(cores), pattern))
        };
        Some(Self { route: route?, beside, published: published.ok()? })
    }

    /// Works it out.
    pub fn run(&self) -> Result<Resource, Error> {
        match &self.route {
            Route::Cores(cores, pattern) => resource::from_cores(self, cores, pattern),
            Route::Stated(stated, pattern) => Ok(resource::from_statement(self, stated, pattern)),
            Route::Ground(ground) => {
                let mut resource = ground.run()?;
                if let (Some(grade), Some(pattern)) = (resource.mined_grade, resource.pattern) {
                    let flag = resource.flag.as_ref().map(|flag| format!(" ({flag})")).unwrap_or_default();
                    let factor = pattern.rare_earth_oxide();
                    let ours = (grade, ground.greatest(factor));
                    resource::published(self, ours, factor, &flag, &mut resource.tables);
                }
                Ok(resource)
            }
        }
    }
}

/// Enters every published grade that stands in the table of the world's grades.
fn cite(fields: &Fields<'_>, published: &FactTable) {
    for row in published.rows() {
        let (Some(grade), Some(find), Some(zone)) = (row.fact("grade"), row.text("find"), row.text("zone")) else {
            continue;
        };
        let unit = format!("% {}", row.text("basis").unwrap_or("REO"));
        fields.check().cite(format!("{}.published.{find}.{zone}", fields.path()), &grade, &unit);
    }
}

/// `pattern = "cores"` takes the split of the core table itself.
fn read_pattern(fields: &mut Fields<'_>, library: &Library, cores: Option<&Cores>) -> Option<Pattern> {
    if fields.raw("pattern").and_then(Node::text) != Some("cores") {
        return Pattern::field(fields, library, "pattern");
    }
    let cores = cores?;
    let Some(shares) = cores.table.composition() else {
        fields.refuse(
            "pattern",
            format!("`{}` does not assay all fifteen rare earths in every row", cores.name),
            "the name of a pattern in data/deposit/rare_earth_patterns.csv",
        );
        return None;
    };
    let citation = Citation {
        key: "".into(),
        place: "mean of the assays by length".into(),
        evidence: cores.evidence,
        file: cores.name.as_str().into(),
    };
    Some(Pattern {
        name: "cores".into(),
        deposit: cores.name.clone(),
        shares: crate::source::Sourced { value: shares, citation },
        not_reported: Vec::new(),
    })
}

/// A whole deposit section asked as a question: its readings are the answers.
#[derive(Debug)]
struct Question(Study);

/// Its entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "deposit-study",
    about: "A whole `[deposit]` section: cores to tonnes and grade",
    sources: &["takaya2018", "isaaks1989"],
    read: |fields, library| Some(Box::new(Question(Study::read(fields, library, Path::new(""))?))),
};

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        Ok(self.0.run()?.readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Element;
    use crate::fields::Check;

    const CORES: &str = r#"
pattern = "minamitorishima"
beside = ["minamitorishima"]
[cores]
file = "minamitorishima_cores_SYNTHETIC"
gaps = "refuse"
top = "0 m"
bottom = "10 m"
composite = "1 m"
least_cover = "50 %"
[area]
west = "0 km"
south = "0 km"
side = "10.2042 km"
columns = 6
rows = 4
blocks = 4
[estimate]
interpolator = "ordinary-kriging"
power = 2
points = 2
variogram = { kind = "exponential", nugget = 0, range = "25 km", lag = "5 km", lags = 8 }
[tonnage]
dry_density = "555 kg/m3"
grain_density = "2650 kg/m3"
pore_water_density = "1030 kg/m3"
cut_off = "1000 ppm"
mined = "square"
square = "B1"
"#;

    fn study(text: &str) -> Result<Study, Vec<String>> {
        let node = Node::parse("s.toml", text).unwrap();
        let check = Check::new();
        let mut fields = Fields::new(&node, "deposit", &check);
        let study = Study::read(&mut fields, &Library::builtin(), Path::new("/nowhere"));
        fields.finish();
        let (problems, _) = check.finish();
        match study {
            Some(study) if problems.is_empty() => Ok(study),
            _ => Err(problems.iter().map(ToString::to_string).collect()),
        }
    }

    fn reading(resource: &Resource, name: &str) -> f64 {
        let found = resource.readings.iter().find(|reading| reading.name == name);
        found.unwrap_or_else(|| panic!("{name}: {:#?}", resource.readings)).value
    }

    #[test]
    fn the_mud_is_counted_both_ways() {
        let resource = study(CORES).unwrap().run().unwrap();
        assert!((reading(&resource, "grade, whole area, ordinary kriging") / 943.07 - 1.0).abs() < 0.002);
        assert!((reading(&resource, "grade, square B1, ordinary kriging") / 1705.3 - 1.0).abs() < 0.002);
        assert!((reading(&resource, "grade, whole area, inverse distance") / 964.0 - 1.0).abs() < 0.03);
        assert!((resource.mined_grade.unwrap() * 1e6 / 1705.3 - 1.0).abs() < 0.002);
        assert!((resource.dry_share - 0.405).abs() < 0.001);
        let names: Vec<&str> = resource.tables.iter().map(|table| table.name.as_str()).collect();
        for name in ["resource", "resource_by_element", "grade_tonnage", "blocks", "plan", "cores", "cross_validation"]
        {
            assert!(names.contains(&name), "{names:?}");
        }
        let made = resource
            .tables
            .iter()
            .filter(|table| !["resource_published", "world_grades"].contains(&table.name.as_str()));
        for table in made {
            assert!(table.title.contains("SYNTHETIC"), "{}", table.title);
            assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.name);
        }
        assert!(resource.caveats.iter().any(|caveat| caveat.text.contains("SYNTHETIC")));
    }

    /// The squares together are the whole, and the elements together are the square that is mined.
    #[test]
    fn parts_add_up() {
        let resource = study(CORES).unwrap().run().unwrap();
        let table = |name: &str| resource.tables.iter().find(|table| table.name == name).unwrap();
        let sum = |name: &str, column: &str| table(name).numbers(column).into_iter().flatten().sum::<f64>();
        let whole = reading(&resource, "oxide, whole area, ordinary kriging");
        assert!((sum("squares", "REO, kriging") / whole - 1.0).abs() < 1e-9);
        let square = reading(&resource, "oxide, square B1, ordinary kriging");
        assert!((sum("resource_by_element", "oxide mass") / 1e6 / square - 1.0).abs() < 1e-9);
        let blocks = table("blocks").numbers("grade, kriging");
        let mean = blocks.iter().flatten().sum::<f64>() / blocks.len() as f64;
        assert!((mean / reading(&resource, "grade, whole area, ordinary kriging") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_stated_grade_needs_no_cores() {
        let text = "pattern = \"browns-range-xenotime\"\n[stated]\nfind = \"browns-range\"\nzone = \"Wolverine\"\ndry_share = 1\n";
        let resource = study(text).unwrap().run().unwrap();
        let oxide = resource.mined_grade.unwrap() * resource.pattern.unwrap().rare_earth_oxide();
        assert!((oxide - 0.0086).abs() < 1e-12);
        assert!(resource.pattern.unwrap()[Element::Dy] > 0.05);
        let written = "pattern = \"longnan-clay\"\n[stated]\nzone = \"clay\"\ngrade = { value = \"0.1 %\", evidence = \"assumed\", note = \"usual\" }\nbasis = \"REO\"\ndry_share = 0.85\n";
        let resource = study(written).unwrap().run().unwrap();
        assert_eq!(resource.mined_dry_t, None);
    }

    #[test]
    fn every_problem_of_the_section_is_told() {
        let text = CORES
            .replace("SYNTHETIC\"", "SYNTHETC\"")
            .replace("\"exponential\"", "\"exponental\"")
            .replace("\"B1\"", "\"Z9\"")
            .replace("rows = 4", "rows = 4.5")
            .replace("pattern = \"minamitorishima\"", "pattern = \"minamitorishim\"");
        let told = study(&text).unwrap_err();
        for words in [
            "did you mean `minamitorishima_cores_SYNTHETIC`?",
            "`exponential`?",
            "whole number",
            "did you mean `minamitorishima`?",
        ] {
            assert!(told.iter().any(|problem| problem.contains(words)), "{words}: {told:#?}");
        }
        let told = study(&CORES.replace("\"B1\"", "\"Z9\"")).unwrap_err();
        assert!(told[0].contains("no square `Z9`"), "{told:?}");
        let told = study("pattern = \"bayan-obo\"\n").unwrap_err();
        assert!(told.iter().any(|problem| problem.contains("`deposit.cores`: missing")), "{told:#?}");
    }

    /// The user's own table, with a grade for every element, in place of ours.
    #[test]
    fn a_table_of_the_users_own_drops_in() {
        let folder = std::env::temp_dir().join(format!("ytterby_cores_{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let symbols: Vec<&str> = Element::RARE_EARTHS.iter().map(|element| element.symbol()).collect();
        let mut text = format!("core,x [km],y [km],from [m],to [m],{}\n", symbols.join(" [ppm],") + " [ppm]");
        for (core, x, y) in [("P1", 5, 5), ("P2", 50, 8), ("P3", 30, 35), ("P4", 8, 30)] {
            for depth in 0..10 {
                let grades: Vec<String> = (0..15).map(|n| format!("{}", 10 + n + x + depth)).collect();
                text.push_str(&[format!("{core},{x},{y},{depth},{}", depth + 1), grades.join(",")].join(","));
                text.push('\n');
            }
        }
        std::fs::write(folder.join("mine.csv"), &text).unwrap();
        let scenario = CORES
            .replace("\"minamitorishima_cores_SYNTHETIC\"", "\"mine.csv\"")
            .replace("pattern = \"minamitorishima\"", "pattern = \"cores\"");
        let read = |scenario: &str| {
            let node = Node::parse("s.toml", scenario).unwrap();
            let check = Check::new();
            let mut fields = Fields::new(&node, "deposit", &check);
            let study = Study::read(&mut fields, &Library::builtin(), &folder);
            fields.finish();
            (study, check.finish().0)
        };
        let (study, problems) = read(&scenario);
        assert!(problems.is_empty(), "{problems:#?}");
        let resource = study.unwrap().run().unwrap();
        assert_eq!(resource.flag, None);
        assert!(resource.pattern.unwrap()[Element::Y] > resource.pattern.unwrap()[Element::La]);
        assert!((resource.pattern.unwrap().total() - 1.0).abs() < 1e-12);
        std::fs::write(folder.join("mine.csv"), text.replace("P2,50,8,3,4", "P2,50,8,2,4")).unwrap();
        let (study, problems) = read(&scenario);
        assert!(study.is_none());
        assert!(problems[0].to_string().contains("mine.csv:15:"), "{problems:#?}");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_cut_off_above_everything_is_an_error() {
        let text = CORES
            .replace("cut_off = \"1000 ppm\"", "cut_off = \"10 %\"")
            .replace("mined = \"square\"", "mined = \"above-cut-off\"");
        let error = study(&text).unwrap().run().unwrap_err().to_string();
        assert!(error.contains("nothing to mine"), "{error}");
    }
}
