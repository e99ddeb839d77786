//! A deposit known by its cores: `[deposit.cores]`, `area`, `estimate` and `tonnage`, read and checked.

use std::path::Path;

use crate::deposit::assay::{CoreTable, Gaps};
use crate::deposit::blocks::Method;
use crate::deposit::composite::{Layer, layers};
use crate::deposit::grid::Area;
use crate::deposit::tonnage::wet_density;
use crate::deposit::variogram::Model;
use crate::document::Node;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Density, Fraction, Length, Number};
use crate::source::{Citation, Entry, Evidence};

/// The interpolator that speaks for the deposit; both are always worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolator {
    /// Ordinary kriging.
    Kriging,
    /// Inverse distance weighting.
    InverseDistance,
}

impl Interpolator {
    /// As tables say it.
    pub fn word(self) -> &'static str {
        match self {
            Interpolator::Kriging => "ordinary kriging",
            Interpolator::InverseDistance => "inverse distance",
        }
    }
}

/// The part of the deposit that is mined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mined {
    /// All of it.
    Whole,
    /// The blocks at or above the cut-off.
    AboveCutOff,
    /// One square, by index.
    Square(usize),
}

/// A deposit known by its cores.
#[derive(Debug, Clone)]
pub struct Cores {
    /// Name of the table.
    pub name: String,
    /// The assays.
    pub table: CoreTable,
    /// How well they are known.
    pub evidence: Evidence,
    /// The layers.
    pub layers: Vec<Layer>,
    /// Least assayed share of a composite.
    pub least_cover: f64,
    /// The squares.
    pub area: Area,
    /// How blocks are estimated.
    pub method: Method,
    /// Width of a lag, m.
    pub lag_m: f64,
    /// Lags of the experimental variogram.
    pub lags: usize,
    /// Which interpolator speaks.
    pub interpolator: Interpolator,
    /// Dry solids in a volume in place, kg/m³.
    pub dry_density: f64,
    /// Density in place, kg/m³.
    pub wet_density: f64,
    /// Cut-off, ppm of elements in dry solids.
    pub cut_off_ppm: f64,
    /// What is mined.
    pub mined: Mined,
}

impl Cores {
    /// Reads the four tables of a deposit known by cores; `folder` is where a file of the user's own is looked for.
    pub fn read(fields: &mut Fields<'_>, library: &Library, folder: &Path) -> Option<Self> {
        let table = fields
            .table("cores", "the core table and its composites (or `stated` instead)")
            .and_then(|inner| read_layers(inner, library, folder));
        let area = fields.table("area", "the squares that are counted").and_then(read_area);
        let estimate =
            fields.table("estimate", "how blocks are estimated").and_then(|inner| read_estimate(inner, library));
        let tonnage =
            fields.table("tonnage", "densities, cut-off and what is mined").and_then(|inner| read_tonnage(inner, area));
        let ((name, table, evidence), layers, least_cover) = table?;
        let (interpolator, method, lag_m, lags) = estimate?;
        let (dry_density, wet_density, cut_off_ppm, mined) = tonnage?;
        let area = area?;
        let size = area.columns * area.rows * area.blocks * area.blocks * layers.len();
        if size > 5_000_000 {
            fields.refuse(
                "area",
                format!("{size} blocks are too many"),
                "fewer `blocks` along a side, or thicker layers",
            );
            return None;
        }
        Some(Self {
            name,
            table,
            evidence,
            layers,
            least_cover,
            area,
            method,
            lag_m,
            lags,
            interpolator,
            dry_density,
            wet_density,
            cut_off_ppm,
            mined,
        })
    }
}

/// The table, its layers and the least cover of a composite.
type Layers = ((String, CoreTable, Evidence), Vec<Layer>, f64);

fn read_layers(mut inner: Fields<'_>, library: &Library, folder: &Path) -> Option<Layers> {
    let file = inner.text("file", "a core table: a name below data/deposit, or a path from the scenario's folder");
    let gaps = inner.word(
        "gaps",
        "what to do with a length of core that has no assay",
        &[("refuse", Gaps::Refuse), ("leave", Gaps::Leave)],
    );
    let top: Option<Length> = inner.need("top", "top of what is counted, below the sea floor or collar", 0.0..=5000.0);
    let bottom: Option<Length> = inner.need("bottom", "bottom of what is counted", 1e-3..=5000.0);
    let thickness: Option<Length> = inner.need("composite", "thickness of a layer", 1e-3..=100.0);
    let cover: Option<Fraction> = inner.need("least_cover", "least assayed share of a composite", 0.0..=1.0);
    let read = file.zip(gaps).and_then(|(file, gaps)| read_table(&inner, library, folder, &file, gaps));
    if let (Some(top), Some(bottom)) = (top, bottom)
        && bottom.0 <= top.0
    {
        inner.refuse("bottom", "lies above the top", "deeper than `top`");
        return None;
    }
    let layers = layers(top?.0, bottom?.0, thickness?.0);
    if layers.len() > 2000 {
        inner.refuse("composite", format!("{} layers are too many", layers.len()), "a thicker layer");
        return None;
    }
    inner.finish();
    Some((read?, layers, cover?.0))
}

fn read_area(mut inner: Fields<'_>) -> Option<Area> {
    let west: Option<Length> = inner.need("west", "western edge, in the cores' coordinates", -1e9..=1e9);
    let south: Option<Length> = inner.need("south", "southern edge", -1e9..=1e9);
    let side: Option<Length> = inner.need("side", "side of a square", 1e-2..=1e7);
    let columns = inner.count("columns", "squares from west to east", 1..=200);
    let rows = inner.count("rows", "squares from south to north", 1..=200);
    let blocks = inner.count("blocks", "blocks along the side of a square", 1..=100);
    inner.finish();
    Some(Area { west_m: west?.0, south_m: south?.0, side_m: side?.0, columns: columns?, rows: rows?, blocks: blocks? })
}

fn read_estimate(mut inner: Fields<'_>, library: &Library) -> Option<(Interpolator, Method, f64, usize)> {
    let interpolator = inner.word(
        "interpolator",
        "which of the two speaks for the deposit; both are worked out and shown",
        &[("ordinary-kriging", Interpolator::Kriging), ("inverse-distance", Interpolator::InverseDistance)],
    );
    let power: Option<Number> = inner.need("power", "power of the distance", 0.5..=10.0);
    let points = inner.count("points", "points a side that stand for a block", 1..=20);
    let nearest = inner.may::<Number>("neighbours", "cores used for a block, nearest first; absent: all", 2.0..=1e5);
    let variogram = inner.table("variogram", "its structure, and the lags it is set against").and_then(|mut inner| {
        let model = Model::read(&mut inner, library);
        let lag: Option<Length> = inner.need("lag", "width of a lag of the experimental variogram", 1e-3..=1e8);
        let lags = inner.count("lags", "lags of the experimental variogram", 1..=200);
        inner.finish();
        Some((model?, lag?.0, lags?))
    });
    inner.finish();
    let (model, lag, lags) = variogram?;
    let method = Method { model, nearest: nearest.map(|n| n.0 as usize), power: power?.0, points: points? };
    Some((interpolator?, method, lag, lags))
}

fn read_tonnage(mut inner: Fields<'_>, area: Option<Area>) -> Option<(f64, f64, f64, Mined)> {
    let dry: Option<Density> = inner.need("dry_density", "dry solids in a volume in place", 1.0..=6000.0);
    let grain: Option<Density> = inner.need("grain_density", "density of the grains", 1000.0..=8000.0);
    let water: Option<Density> = inner.need("pore_water_density", "density of the water in the pores", 900.0..=1300.0);
    let cut_off: Option<Fraction> =
        inner.need("cut_off", "least grade that counts, rare earths as elements in dry solids; 0 for none", 0.0..=0.9);
    let mined = inner.word(
        "mined",
        "the part that is mined: the whole, the blocks above the cut-off, or one square",
        &[("whole", 0), ("above-cut-off", 1), ("square", 2)],
    );
    let square = inner.may_text("square", "the square that is mined, such as B1; absent unless `mined = \"square\"`");
    let mined = match (mined?, square) {
        (0, _) => Some(Mined::Whole),
        (1, _) => Some(Mined::AboveCutOff),
        (_, Some(name)) => {
            let names = area.map(|area| area.names()).unwrap_or_default();
            let at = names.iter().position(|known| *known == name);
            if at.is_none() && area.is_some() {
                let hint = format!("a square from {} to {}", names[0], names[names.len() - 1]);
                inner.refuse("square", format!("there is no square `{name}`"), hint);
            }
            at.map(Mined::Square)
        }
        (_, None) => {
            inner.refuse("square", "missing", "add `square = \"B1\"`, or mine the whole");
            None
        }
    };
    if let (Some(dry), Some(grain)) = (dry, grain)
        && dry.0 >= grain.0
    {
        inner.refuse(
            "dry_density",
            "is not below the density of the grains",
            "mass of dry solids over volume in place",
        );
    }
    inner.finish();
    Some((dry?.0, wet_density(dry?.0, grain?.0, water?.0), cut_off?.0 * 1e6, mined?))
}

/// Finds the core table in the data or beside the scenario, reads it, and enters it in the ledger.
fn read_table(
    fields: &Fields<'_>,
    library: &Library,
    folder: &Path,
    name: &str,
    gaps: Gaps,
) -> Option<(String, CoreTable, Evidence)> {
    let known = format!("deposit/{name}");
    let (file, text, sidecar) = if let Some(text) = library.text(&format!("{known}.csv")) {
        (format!("data/{known}.csv"), text, library.document(&known).ok())
    } else {
        let path = folder.join(name);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                let names = library.names("deposit", "csv");
                fields.refuse(
                    "file",
                    format!("`{name}` is neither in data/deposit nor a file beside the scenario ({error})"),
                    nearest(name, names.iter().map(String::as_str).filter(|n| n.contains("cores"))),
                );
                return None;
            }
        };
        let beside = path.with_extension("toml");
        let sidecar =
            std::fs::read_to_string(&beside).ok().and_then(|text| Node::parse(&beside.to_string_lossy(), &text).ok());
        (path.to_string_lossy().into_owned(), text, sidecar)
    };
    let table = match CoreTable::read(&file, &text, sidecar.as_ref(), gaps) {
        Ok(table) => table,
        Err(problems) => {
            for problem in problems {
                fields.check().complain(problem);
            }
            return None;
        }
    };
    let word = |key: &str| sidecar.as_ref().and_then(|node| node.get(key)?.text().map(str::to_owned));
    let evidence = word("evidence").and_then(|word| Evidence::from_word(&word)).unwrap_or(Evidence::Choice);
    fields.check().enter(Entry {
        path: format!("{}.file", fields.path()),
        value: format!("{} assays of {} cores", table.assays(), table.cores.len()),
        citation: Citation {
            key: word("source").unwrap_or_default().into(),
            place: word("place").unwrap_or_default().into(),
            evidence,
            file: file.as_str().into(),
        },
        line: None,
    });
    Some((name.to_owned(), table, evidence))
}
