//! Finding and reading a scenario's files: from disk or from those that ship, with `base` laid under.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use crate::document::Node;
use crate::error::{Error, Place, Problem};
use crate::fields::nearest;
use crate::library::hex;

static BUNDLED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// How many scenarios may stand on one another.
const DEEPEST_BASE: usize = 8;

/// A scenario's text, whole: with its base under it.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// As named by the user.
    pub file: String,
    /// Folder beside which data of its own are looked for.
    pub folder: PathBuf,
    /// The values, variants laid over bases.
    pub node: Node,
    /// SHA-256 over the files read, base first.
    pub digest: String,
}

/// Where a scenario's text comes from.
#[derive(Debug, Clone)]
enum Shelf {
    Disk(PathBuf),
    Bundled(String),
}

impl Shelf {
    fn named(&self) -> String {
        match self {
            Shelf::Disk(path) => path.display().to_string(),
            Shelf::Bundled(path) => format!("scenarios/{path}"),
        }
    }

    fn text(&self) -> Result<String, String> {
        match self {
            Shelf::Disk(path) => std::fs::read_to_string(path).map_err(|error| error.to_string()),
            Shelf::Bundled(path) => BUNDLED
                .get_file(path)
                .and_then(|file| file.contents_utf8())
                .map(str::to_owned)
                .ok_or_else(|| "there is no such scenario among those that ship".to_owned()),
        }
    }

    fn folder(&self) -> PathBuf {
        match self {
            Shelf::Disk(path) => path.parent().map(Path::to_path_buf).unwrap_or_default(),
            Shelf::Bundled(path) => Path::new(path).parent().map(Path::to_path_buf).unwrap_or_default(),
        }
    }

    /// The scenario file that `base` names, seen from this one: a folder or a file.
    fn base(&self, base: &str) -> Self {
        let file = |path: PathBuf| {
            if path.extension().is_some_and(|e| e == "toml") { path } else { path.join("scenario.toml") }
        };
        match self {
            Shelf::Disk(_) => {
                let path = self.folder().join(base);
                // A copy of a variant stands on the scenario that ships until its base is copied too.
                let shipped = Path::new(base).file_name().map(|name| name.to_string_lossy().into_owned());
                match shipped.filter(|name| !path.exists() && Scenario::bundled_names().contains(name)) {
                    Some(name) => Shelf::Bundled(format!("{name}/scenario.toml")),
                    None => Shelf::Disk(file(path)),
                }
            }
            Shelf::Bundled(_) => Shelf::Bundled(tidy(&file(self.folder().join(base)))),
        }
    }
}

/// A path without `..`, as the embedded folder knows it.
fn tidy(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                parts.pop();
            }
            std::path::Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

impl Scenario {
    /// Reads a scenario from disk: a `.toml` file, or a folder that holds `scenario.toml`.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let file = if path.is_dir() { path.join("scenario.toml") } else { path.to_path_buf() };
        Self::from_shelf(&Shelf::Disk(file))
    }

    /// One of the scenarios that ship, by its folder's name (a unique beginning will do).
    pub fn bundled(name: &str) -> Result<Self, Error> {
        let names = Self::bundled_names();
        let found: Vec<&String> = match names.iter().find(|known| *known == name) {
            Some(exact) => vec![exact],
            None => names.iter().filter(|known| known.starts_with(name)).collect(),
        };
        match found.as_slice() {
            [one] => Self::from_shelf(&Shelf::Bundled(format!("{one}/scenario.toml"))),
            _ => Err(Error::Scenario(vec![Problem {
                place: Place { file: Arc::from(name), line: 0 },
                path: String::new(),
                what: "there is no such scenario among those that ship".into(),
                hint: nearest(name, names.iter().map(String::as_str)),
            }])),
        }
    }

    /// The names of the scenarios that ship, in order.
    pub fn bundled_names() -> Vec<String> {
        let mut names: Vec<String> = BUNDLED
            .dirs()
            .filter(|dir| dir.get_file(dir.path().join("scenario.toml")).is_some())
            .map(|dir| dir.path().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The files of a scenario that ships, by path below its folder; its accepted results stay behind.
    pub fn bundled_files(name: &str) -> Vec<(String, Vec<u8>)> {
        fn walk(dir: &Dir<'_>, root: &Path, files: &mut Vec<(String, Vec<u8>)>) {
            for file in dir.files() {
                if let Ok(path) = file.path().strip_prefix(root) {
                    files.push((path.to_string_lossy().into_owned(), file.contents().to_vec()));
                }
            }
            for inner in dir.dirs() {
                walk(inner, root, files);
            }
        }
        let mut files = Vec::new();
        if let Some(dir) = BUNDLED.get_dir(name) {
            walk(dir, dir.path(), &mut files);
        }
        files.retain(|(path, _)| !path.starts_with("expected"));
        files
    }

    /// A scenario from text alone; a `base` is looked for among those that ship.
    pub fn from_text(file: &str, text: &str) -> Result<Self, Error> {
        let mut hash = Sha256::new();
        let own = Node::parse(file, text).map_err(Error::Scenario)?;
        let shelf = Shelf::Bundled("text/scenario.toml".into());
        let node = with_base(own, &shelf, &mut hash, 0).map_err(Error::Scenario)?;
        hash.update(text.as_bytes());
        Ok(Self { file: file.to_owned(), folder: PathBuf::new(), node, digest: hex(&hash.finalize()) })
    }

    fn from_shelf(shelf: &Shelf) -> Result<Self, Error> {
        let mut hash = Sha256::new();
        let node = load(shelf, &mut hash, 0).map_err(Error::Scenario)?;
        Ok(Self { file: shelf.named(), folder: shelf.folder(), node, digest: hex(&hash.finalize()) })
    }
}

fn load(shelf: &Shelf, hash: &mut Sha256, depth: usize) -> Result<Node, Vec<Problem>> {
    let named = shelf.named();
    let text = shelf.text().map_err(|why| {
        vec![Problem {
            place: Place { file: named.as_str().into(), line: 0 },
            path: String::new(),
            what: format!("cannot be read: {why}"),
            hint: "the path of a scenario.toml, or of the folder that holds it; `ytterby example list` names those that ship".into(),
        }]
    })?;
    let own = Node::parse(&named, &text)?;
    let whole = with_base(own, shelf, hash, depth)?;
    hash.update(text.as_bytes());
    Ok(whole)
}

fn with_base(own: Node, shelf: &Shelf, hash: &mut Sha256, depth: usize) -> Result<Node, Vec<Problem>> {
    let Some(base) = own.get("base") else { return Ok(own) };
    let complain = |what: String, hint: &str| {
        vec![Problem { place: base.place.clone(), path: "base".into(), what, hint: hint.into() }]
    };
    let Some(name) = base.text() else {
        return Err(complain(format!("{} stands where a path belongs", base.sort()), "base = \"../folder\""));
    };
    if depth >= DEEPEST_BASE {
        return Err(complain("bases stand on one another without end".into(), "a scenario must not be its own base"));
    }
    let under = load(&shelf.base(name), hash, depth + 1).map_err(|problems| {
        let missing = problems.iter().all(|p| p.what.starts_with("cannot be read"));
        if missing && problems.len() == 1 {
            complain(format!("the base `{name}` {}", problems[0].what), "a path seen from this file's folder")
        } else {
            problems
        }
    })?;
    Ok(under.overlaid(own))
}
