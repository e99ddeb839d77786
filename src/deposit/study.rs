//! `[deposit]`: what a scenario says of the deposit, read and checked.

use std::path::Path;

use crate::deposit::ground::Ground;
use crate::deposit::ground::given::Shelf;
use crate::deposit::pattern::Pattern;
use crate::deposit::published;
use crate::deposit::stated::{self, Stated, TABLE};
use crate::element::ByElement;
use crate::error::Error;
use crate::fields::Fields;
use crate::library::{FactTable, Library};
use crate::progress::Watch;
use crate::source::Caveat;
use crate::table::Table;
use crate::unit::{Case, Kind, Reading};

/// How a deposit is known.
#[derive(Debug, Clone)]
pub enum Route {
    /// By what was published.
    Stated(Stated, Box<Pattern>),
    /// By cores, holes or samples.
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
    /// Flag of the samples (`SYNTHETIC`), to stand in every title.
    pub flag: Option<String>,
    /// The block model for other programs: files by name.
    pub files: Vec<(String, String)>,
}

impl Study {
    /// Reads the section; `scenario_folder` is where tables of the user's own are looked for.
    pub fn read(fields: &mut Fields<'_>, library: &Library, scenario_folder: &Path) -> Option<Self> {
        Self::read_from(fields, Shelf { library, folder: scenario_folder, instead: None })
    }

    /// The same, with a table that goes before the one named.
    pub fn read_from(fields: &mut Fields<'_>, shelf: Shelf<'_>) -> Option<Self> {
        let library = shelf.library;
        let beside = fields.may_texts("beside", "finds of data/deposit/published_resources.csv to set beside ours");
        let stated = fields
            .may_table("stated", "a grade someone published; instead of holes or samples and all that is made of them");
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
            for key in ["holes", "samples", "lattice", "estimate", "tonnage"] {
                if fields.has(key) {
                    fields.refuse(key, "stands beside `stated`", "either samples or a stated grade");
                    let _ = fields.raw(key);
                }
            }
            let pattern = Pattern::field(fields, library, "pattern");
            let stated = Stated::read(&mut inner, library, pattern.as_ref());
            inner.finish();
            stated.zip(pattern).map(|(stated, pattern)| Route::Stated(stated, Box::new(pattern)))
        } else {
            Ground::read(fields, shelf).map(|ground| Route::Ground(Box::new(ground)))
        };
        Some(Self { route: route?, beside, published: published.ok()? })
    }

    /// Works it out.
    pub fn run(&self) -> Result<Resource, Error> {
        self.watched(&Watch::SILENT)
    }

    /// Works it out, and tells how far it has come.
    pub fn watched(&self, watch: &Watch<'_>) -> Result<Resource, Error> {
        match &self.route {
            Route::Stated(stated, pattern) => Ok(stated::resource(self, stated, pattern)),
            Route::Ground(ground) => {
                let mut resource = ground.run(watch)?;
                if let (Some(grade), Some(pattern)) = (resource.mined_grade, resource.pattern) {
                    let flag = resource.flag.as_ref().map(|flag| format!(" ({flag})")).unwrap_or_default();
                    let factor = pattern.rare_earth_oxide();
                    let ours = (grade, ground.greatest(factor));
                    published::tables(self, ours, factor, &flag, &mut resource.tables);
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

/// A whole deposit section asked as a question: its readings are the answers.
#[derive(Debug)]
struct Question(Study);

/// Its entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "deposit-study",
    about: "A whole `[deposit]` section: assays to tonnes and grade",
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
    use crate::document::Node;
    use crate::element::Element;
    use crate::fields::Check;

    const CORES: &str = r#"
pattern = "minamitorishima"
beside = ["minamitorishima"]
cross_validation = "hole"
[holes]
intervals = "minamitorishima_cores_SYNTHETIC"
below = "half"
gaps = "refuse"
[composite]
length = "1 m"
bottom = "10 m"
least_cover = "50 %"
rest = "leave"
weigh = "length"
[lattice]
corner = ["0 m", "0 m", "-10 m"]
block = ["2551.05 m", "2551.05 m", "1 m"]
count = [24, 16, 10]
[zones]
west = "0 km"
south = "0 km"
side = "10.2042 km"
columns = 6
rows = 4
[variogram]
kind = "exponential"
nugget = 0
range = "25 km"
[search]
least = 3
most = 25
[estimate]
method = "ordinary-kriging"
beside = ["inverse-distance"]
power = 2
discretisation = [2, 2, 1]
mode = "layers"
heights = "below-collar"
negatives = "nought"
[tonnage]
dry_density = "555 kg/m3"
grain_density = "2650 kg/m3"
pore_water_density = "1030 kg/m3"
of = "SREY"
cut_off = "1000 ppm"
mined = "whole"
zone = "B1"
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

    /// Figures of another program's loop over the same cores, model and nodes.
    #[test]
    fn the_mud_is_counted_both_ways() {
        let resource = study(CORES).unwrap().run().unwrap();
        assert!((reading(&resource, "SREY, all that is estimated") / 943.07 - 1.0).abs() < 0.002);
        assert!((reading(&resource, "SREY, zone B1") / 1705.3 - 1.0).abs() < 0.002);
        assert!((reading(&resource, "SREY, all that is estimated, inverse distance") / 964.0 - 1.0).abs() < 0.03);
        assert!((resource.mined_grade.unwrap() * 1e6 / 1705.3 - 1.0).abs() < 0.002);
        assert!((resource.dry_share - 0.405).abs() < 0.001);
        let names: Vec<&str> = resource.tables.iter().map(|table| table.name.as_str()).collect();
        for name in
            ["resource", "resource_by_element", "zones", "grade_tonnage", "map_plan", "samples", "cross_validation"]
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

    /// The zones together are the whole, and the elements together are the zone that is mined.
    #[test]
    fn parts_add_up() {
        let resource = study(CORES).unwrap().run().unwrap();
        let table = |name: &str| resource.tables.iter().find(|table| table.name == name).unwrap();
        let sum = |name: &str, column: &str| table(name).numbers(column).into_iter().flatten().sum::<f64>();
        for (method, suffix) in [("ordinary kriging", ""), ("inverse distance", ", inverse distance")] {
            let whole = reading(&resource, &format!("REO, all that is estimated{suffix}"));
            assert!((sum("zones", &format!("REO, {method}")) / 1000.0 / whole - 1.0).abs() < 1e-9);
        }
        let held = table("resource_by_element").numbers("oxide held");
        let (all, parts) = (held[0].unwrap(), held[1..].iter().flatten().sum::<f64>());
        assert_eq!(held.len(), 16);
        assert!((parts / all - 1.0).abs() < 1e-9, "{parts} {all}");
        assert!((all / 1e6 / reading(&resource, "REO, zone B1") - 1.0).abs() < 1e-9);
        let area = sum("zones", "area");
        assert!((area / (24.0 * 10.2042f64.powi(2)) - 1.0).abs() < 1e-9, "{area}");
    }

    /// Mined above the cut-off within a zone is less than the zone, and richer.
    #[test]
    fn a_zone_may_be_mined_above_the_cut_off() {
        let resource = study(&CORES.replace("mined = \"whole\"", "mined = \"above-cut-off\"")).unwrap().run().unwrap();
        let dry = reading(&resource, "dry ore in the part that is mined");
        assert!(dry > 0.0 && dry < 577.0, "{dry}");
        assert!(resource.mined_grade.unwrap() * 1e6 > 1705.4);
        assert!((dry - reading(&resource, "dry, zone B1 above the cut-off")).abs() < 1e-9);
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
            .replace("[\"inverse-distance\"]", "[\"inverse-distanc\"]")
            .replace("pattern = \"minamitorishima\"", "pattern = \"minamitorishim\"");
        let told = study(&text).unwrap_err();
        for words in [
            "did you mean `minamitorishima_cores_SYNTHETIC`?",
            "`exponential`?",
            "whole number",
            "did you mean `minamitorishima`?",
            "did you mean `inverse-distance`?",
        ] {
            assert!(told.iter().any(|problem| problem.contains(words)), "{words}: {told:#?}");
        }
        let told = study(&CORES.replace("\"B1\"", "\"Z9\"")).unwrap_err();
        assert!(told[0].contains("no zone `Z9`"), "{told:?}");
        let told = study("pattern = \"bayan-obo\"\n").unwrap_err();
        assert!(told.iter().any(|problem| problem.contains("there are neither holes nor samples")), "{told:#?}");
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
            .replace("pattern = \"minamitorishima\"\n", "")
            .replace("least = 3", "least = 1");
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
            .replace("mined = \"whole\"", "mined = \"above-cut-off\"");
        let error = study(&text).unwrap().run().unwrap_err().to_string();
        assert!(error.contains("nothing to mine"), "{error}");
    }
}
