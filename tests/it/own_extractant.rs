//! A user's own extractant file reaches a run through `--data FOLDER`: no rebuild, and what the file says decides.
//!
//! The door does no more than `Library::with_overlay(FOLDER)`, a check and a run; so does this.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use ytterby::library::Library;
use ytterby::outcome::Outcome;
use ytterby::run::Silent;
use ytterby::scenario::Scenario;

/// An extractant nobody else has, of a law that ships.
fn ours(samarium: f64) -> String {
    format!(
        "about = \"ours\"\nform = \"cation-exchange\"\nfamily = \"Ours\"\nsource = \"tanaka2021\"\nplace = \"our bench\"\n\
         evidence = \"measured\"\nmolar_mass = 0.3\ndensity = 950.0\nuncertainty = 0.1\n\
         [holds]\nmedium = \"chloride\"\nph = [-1.0, 3.0]\n[law]\nreference = 0.5\norder = 3.0\nalstad = 0.473\n\
         [log_k]\nLa = -4.1\nNd = -3.1\nSm = {samarium}\nGd = -1.5\nY = 0.1\nNa = -2.6\n"
    )
}

struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, file: &str, text: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("ytterby-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("extractants")).unwrap();
        fs::write(folder.join("extractants").join(file), text).unwrap();
        Self(folder)
    }

    fn library(&self) -> Library {
        Library::with_overlay(Path::new(&self.0))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The scenario that ships, with another extractant named in it.
fn run(extractant: &str, library: &Library) -> Result<Outcome, String> {
    let files = Scenario::bundled_files("07_your_own_circuit");
    let (_, bytes) = files.iter().find(|(path, _)| path.ends_with("scenario.toml")).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let text = text.replace("extractant    = \"p507\"", &format!("extractant    = \"{extractant}\""));
    let scenario = Scenario::from_text("mine.toml", &text).map_err(|e| e.to_string())?;
    let model = scenario.check(library).map_err(|e| e.to_string())?;
    model.run(library, None, &mut Silent).map_err(|e| e.to_string())
}

/// mol of samarium in the product over that in the raffinate.
fn split(outcome: &Outcome) -> f64 {
    let plant = outcome.plant.as_ref().unwrap();
    let samarium = |name: &str| {
        let pipe = plant.pipes.iter().find(|pipe| pipe.name == name).unwrap();
        pipe.stream.element_mass()[ytterby::element::Element::Sm]
    };
    samarium("heavy") / samarium("light")
}

#[test]
fn a_file_in_a_folder_is_an_extractant() {
    let refused = run("ours", &Library::builtin()).unwrap_err();
    assert!(refused.contains("ours") && refused.contains("try:"), "{refused}");
    let weak = Folder::with("weak", "ours.toml", &ours(-3.2));
    let strong = Folder::with("strong", "ours.toml", &ours(-2.0));
    let [weak, strong] = [&weak, &strong].map(|folder| run("ours", &folder.library()).unwrap());
    assert!(split(&strong) > 100.0 * split(&weak), "{} {}", split(&strong), split(&weak));
    // Every constant stands in the ledger as the file vouches for it.
    let entry = strong.ledger.iter().find(|entry| entry.path.ends_with("log_k.Sm")).unwrap();
    assert!(entry.citation.place.starts_with("our bench") && entry.value == "−2", "{entry:?}");
}

#[test]
fn a_file_of_a_known_name_goes_before_the_one_that_ships() {
    let folder = Folder::with("known", "p507.toml", &ours(-3.2));
    let (shipped, mine) = (run("p507", &Library::builtin()).unwrap(), run("p507", &folder.library()).unwrap());
    assert!(split(&shipped) > 10.0 * split(&mine), "{} {}", split(&shipped), split(&mine));
    let broken = Folder::with("broken", "p507.toml", &ours(-3.2).replace("reference = 0.5", "reference = \"much\""));
    let told = run("p507", &broken.library()).unwrap_err();
    assert!(told.contains("law.reference"), "{told}");
}
