//! The section's tables beside the samples: lattice, search, method, tonnage, what is asked of a class.

use crate::deposit::anisotropy::Ellipsoid;
use crate::deposit::ground::given::Samples;
use crate::deposit::ground::variography::{Experimental, Fit};
use crate::deposit::ground::zones::Zones;
use crate::deposit::holes::Variable;
use crate::deposit::kriging::drift::{Dimensions, Drift};
use crate::deposit::lattice::Lattice;
use crate::deposit::search::Search;
use crate::deposit::tonnage::wet_density;
use crate::deposit::variogram::Model;
use crate::document::Value;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Density, Fraction, Length, Number};

/// How blocks are estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// By the nearest sample.
    Nearest,
    /// By inverse distance, with a power.
    InverseDistance(f64),
    /// By kriging, with what is known of the mean; `Known` takes each variable's declustered mean.
    Kriging(Drift),
}

impl Method {
    /// As tables say it.
    pub fn word(self) -> &'static str {
        match self {
            Method::Nearest => "nearest sample",
            Method::InverseDistance(_) => "inverse distance",
            Method::Kriging(drift) => drift.word(),
        }
    }

    /// Does it ask for a variogram?
    pub fn kriges(self) -> bool {
        matches!(self, Method::Kriging(_))
    }
}

/// `[estimate]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The method.
    pub method: Method,
    /// Points that stand for a block, along each axis.
    pub points: [usize; 3],
    /// Each layer of blocks from the samples of that layer alone.
    pub layered: bool,
    /// A grade estimated below nought counts as nought.
    pub no_negatives: bool,
    /// Heights are depths below the collar.
    pub below_collar: bool,
}

/// What is mined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mined {
    /// Everything that has an estimate.
    Whole,
    /// Blocks at or above the cut-off.
    AboveCutOff,
}

/// `[tonnage]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tonnage {
    /// Dry solids in a volume in place, kg/m³; `None`: estimated from the samples' own densities.
    pub dry_density: Option<f64>,
    /// Dry share of what is mined, by mass.
    pub dry_share: f64,
    /// The variable that cut-offs are of, by position.
    pub of: usize,
    /// The cut-off that counts, in the unit of the variable.
    pub cut_off: f64,
    /// Further cut-offs that are told by class.
    pub cut_offs: Vec<f64>,
    /// What is mined.
    pub mined: Mined,
    /// The zone that is mined; `None`: everywhere.
    pub zone: Option<usize>,
}

/// A class of confidence and what it asks of a block; what is absent asks nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Farthest that the nearest sample may be, m.
    pub within_m: Option<f64>,
    /// Fewest holes.
    pub holes: Option<usize>,
    /// Fewest samples.
    pub samples: Option<usize>,
    /// Greatest kriging variance over the sill.
    pub variance: Option<f64>,
    /// Least efficiency.
    pub efficiency: Option<f64>,
    /// Least slope.
    pub slope: Option<f64>,
}

/// Three lengths.
pub(super) fn three(fields: &Fields<'_>, key: &str, lengths: Option<Vec<Length>>) -> Option<[f64; 3]> {
    let lengths = lengths?;
    let [x, y, z] = lengths[..] else {
        fields.refuse(key, format!("{} lengths", lengths.len()), "three: east, north, up");
        return None;
    };
    Some([x.0, y.0, z.0])
}

/// Three whole numbers.
pub(super) fn counts(fields: &Fields<'_>, key: &str, numbers: Option<Vec<Number>>) -> Option<[usize; 3]> {
    let numbers = numbers?;
    if numbers.len() != 3 || numbers.iter().any(|number| number.0.fract() != 0.0) {
        fields.refuse(key, "are not three whole numbers", "three: along east, north, up");
        return None;
    }
    Some([0, 1, 2].map(|at| numbers[at].0 as usize))
}

/// Reads `[lattice]`: `corner` and `count`, or a `margin` round the samples.
pub fn lattice(fields: &mut Fields<'_>, places: &[[f64; 3]]) -> Option<Lattice> {
    let block: Option<Vec<Length>> = fields.list("block", "size of a block: east, north, up", 1e-3..=1e6);
    let block = three(fields, "block", block);
    let lattice = if fields.has("corner") || fields.has("count") {
        let corner: Option<Vec<Length>> =
            fields.list("corner", "western, southern, lower corner; or `margin` instead", -1e9..=1e9);
        let count: Option<Vec<Number>> = fields.list("count", "blocks along east, north and up", 1.0..=1e6);
        let (corner, count) = (three(fields, "corner", corner), counts(fields, "count", count));
        Lattice { corner: corner?, block: block?, count: count? }
    } else {
        let margin: Option<Vec<Length>> = fields.list(
            "margin",
            "ground beyond the outermost samples: east, north, up; or `corner` and `count`",
            0.0..=1e7,
        );
        let margin = three(fields, "margin", margin);
        let (block, margin) = (block?, margin?);
        let end = |axis: usize, pick: fn(f64, f64) -> f64| places.iter().map(|place| place[axis]).reduce(pick);
        let mut lattice = Lattice { corner: [0.0; 3], block, count: [1; 3] };
        for axis in 0..3 {
            let (low, high) = (end(axis, f64::min)? - margin[axis], end(axis, f64::max)? + margin[axis]);
            // Corners on whole blocks, so that another margin keeps the blocks where they are.
            let first = (low / block[axis] + 1e-9).floor();
            lattice.corner[axis] = first * block[axis];
            lattice.count[axis] = ((high / block[axis] - 1e-9).ceil() - first).max(1.0) as usize;
        }
        lattice
    };
    let blocks = lattice.count.iter().map(|count| *count as f64).product::<f64>();
    if blocks > 2e7 {
        fields.refuse("block", format!("{blocks:.0} blocks are too many"), "larger blocks, or a smaller lattice");
        return None;
    }
    Some(lattice)
}

/// Reads `[search]`.
pub fn search(fields: &mut Fields<'_>) -> Option<Search> {
    let reach: Option<Length> =
        fields.may("reach", "how far samples are looked for, along the major axis; absent: however far", 1e-3..=1e8);
    let within = reach.map(|reach| Ellipsoid::read(fields, reach.0));
    if reach.is_none() {
        for key in ["across", "azimuth", "dip", "plunge"] {
            if fields.raw(key).is_some() {
                fields.refuse(key, "stands without `reach`", "`reach`, the major axis of the search");
            }
        }
    }
    let least = fields.count("least", "fewest samples that give a block an estimate", 1..=1000);
    let most = if fields.raw("most").and_then(|node| node.text()) == Some("all") {
        Some(usize::MAX)
    } else {
        fields.count("most", "most samples, nearest first; or \"all\"", 1..=1000)
    };
    let limit = |fields: &mut Fields<'_>, key, about| {
        fields.may::<Number>(key, about, 1.0..=1000.0).map(|most| most.0 as usize)
    };
    let octant = limit(fields, "octant", "most samples of an octant; absent: no limit");
    let hole = limit(fields, "hole", "most samples of a hole; absent: no limit");
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        fields.refuse("least", format!("{least} is more than the most, {most}"), "at most `most`");
    }
    let within = match within {
        Some(read) => Some(read?),
        None => None,
    };
    Some(Search { within, least: least?, most: most?, octant, hole })
}

/// Names of the methods.
const METHODS: &[(&str, usize)] = &[
    ("nearest", 0),
    ("inverse-distance", 1),
    ("simple-kriging", 2),
    ("ordinary-kriging", 3),
    ("universal-kriging", 4),
];

/// Reads `[estimate]`: the method that speaks, and those whose tonnes stand beside it.
pub fn estimate(fields: &mut Fields<'_>) -> Option<(Estimate, Vec<Method>)> {
    let method = fields.word("method", "how blocks are estimated", METHODS);
    let beside = fields.may_texts("beside", "further methods whose tonnes and grades stand beside those; absent: none");
    let power: Option<Number> = fields.may("power", "power of the distance, of inverse distance", 0.1..=10.0);
    let drift = fields.may_word(
        "drift",
        "of universal kriging: a plane or a paraboloid, in plan or in space",
        &[
            ("linear", Drift::Linear(Dimensions::Two)),
            ("linear-in-space", Drift::Linear(Dimensions::Three)),
            ("quadratic", Drift::Quadratic(Dimensions::Two)),
            ("quadratic-in-space", Drift::Quadratic(Dimensions::Three)),
        ],
    );
    let points: Option<Vec<Number>> =
        fields.list("discretisation", "points that stand for a block along east, north and up", 1.0..=20.0);
    let points = counts(fields, "discretisation", points);
    let mode = fields.word(
        "mode",
        "in space, or each layer of blocks in its own plane from the samples of that layer",
        &[("space", false), ("layers", true)],
    );
    let heights = fields.word(
        "heights",
        "heights as surveyed, or depths below the collar (ground that lies as it settled)",
        &[("surveyed", false), ("below-collar", true)],
    );
    let negatives = fields.word(
        "negatives",
        "a grade estimated below nought counts as nought, or is kept",
        &[("nought", true), ("keep", false)],
    );
    let made = |at: usize| {
        let (made, key, example) = match at {
            0 => return Some(Method::Nearest),
            1 => (power.map(|power| Method::InverseDistance(power.0)), "power", "`power = 2`"),
            2 => return Some(Method::Kriging(Drift::Known(0.0))),
            3 => return Some(Method::Kriging(Drift::Constant)),
            _ => (drift.map(Method::Kriging), "drift", "`drift = \"linear\"`"),
        };
        if made.is_none() && !fields.has(key) {
            fields.refuse(key, format!("missing, but `{}` is asked", METHODS[at].0), example);
        }
        made
    };
    let by_name = |name: &String| {
        let known = METHODS.iter().find(|(known, _)| known == name);
        if known.is_none() {
            let hint = nearest(name, METHODS.iter().map(|(known, _)| *known));
            fields.refuse("beside", format!("`{name}` is not known"), hint);
        }
        made(known?.1)
    };
    let beside: Vec<Option<Method>> = beside.iter().map(by_name).collect();
    let estimate = Estimate {
        method: made(method?)?,
        points: points?,
        layered: mode?,
        no_negatives: negatives?,
        below_collar: heights?,
    };
    Some((estimate, beside.into_iter().collect::<Option<_>>()?))
}

/// A number in the unit of a variable: ppm, or plain.
pub fn in_unit(value: Fraction, variable: &Variable) -> f64 {
    if variable.unit == "ppm" { value.0 * 1e6 } else { value.0 }
}

/// The position of a variable that a field names.
pub fn variable(fields: &mut Fields<'_>, key: &'static str, about: &str, samples: Option<&Samples>) -> Option<usize> {
    let name = fields.text(key, about)?;
    let samples = samples?;
    let at = samples.position(&name);
    if at.is_none() {
        let known = samples.variables.iter().map(|variable| variable.name.as_str());
        fields.refuse(key, format!("`{name}` is not assayed"), nearest(&name, known));
    }
    at
}

/// Reads `[tonnage]`.
pub fn tonnage(fields: &mut Fields<'_>, samples: Option<&Samples>, zones: Option<&Zones>) -> Option<Tonnage> {
    let from_samples = fields.raw("dry_density").and_then(|node| node.text()) == Some("samples");
    let dry: Option<Density> = if from_samples {
        None
    } else {
        fields.need(
            "dry_density",
            "dry solids in a volume in place, or \"samples\": estimated from their own",
            1.0..=8000.0,
        )
    };
    let grain: Option<Density> =
        fields.may("grain_density", "of the grains, where the pores are full of water", 1000.0..=8000.0);
    let water: Option<Density> = fields.may("pore_water_density", "of the water in the pores", 900.0..=1300.0);
    let share: Option<Fraction> = fields.may(
        "dry_share",
        "dry share of what is mined, by mass; absent: from the densities of grains and pore water",
        0.05..=1.0,
    );
    let of = variable(fields, "of", "the variable that cut-offs are of", samples);
    let cut_off: Option<Fraction> =
        fields.need("cut_off", "least grade that counts, of that variable; 0 for none", 0.0..=1e9);
    let cut_offs: Option<Vec<Fraction>> = if fields.has("cut_offs") {
        fields.list("cut_offs", "further cut-offs, told by class; absent: none", 0.0..=1e9)
    } else {
        Some(Vec::new())
    };
    let mined = fields.word(
        "mined",
        "the part that is mined: all that is estimated, or the blocks above the cut-off",
        &[("whole", Mined::Whole), ("above-cut-off", Mined::AboveCutOff)],
    );
    let zone = fields.may_text("zone", "the zone of [zones] that is mined; absent: everywhere").map(|name| {
        let Some(zones) = zones else {
            fields.refuse("zone", "there are no zones that can be read", "[zones]");
            return None;
        };
        zones.named(fields, &name)
    });
    if let Some(samples) = samples.filter(|_| from_samples)
        && samples.samples.iter().all(|sample| sample.dry_density.is_none())
    {
        fields.refuse("dry_density", "no sample has a density", "a column `dry_density [t/m3]`, or a density here");
        return None;
    }
    let dry_share = match (share, grain, water, dry) {
        (Some(share), None, None, _) => Some(share.0),
        (None, Some(grain), Some(water), Some(dry)) if dry.0 < grain.0 => {
            Some(dry.0 / wet_density(dry.0, grain.0, water.0))
        }
        (None, Some(_), Some(_), Some(_)) => {
            fields.refuse(
                "dry_density",
                "is not below the density of the grains",
                "mass of dry solids over volume in place",
            );
            None
        }
        (None, Some(_), Some(_), None) if from_samples => {
            fields.refuse("dry_share", "missing, but densities are the samples' own", "add `dry_share`");
            None
        }
        (Some(_), _, _, _) => {
            fields.refuse("dry_share", "stands beside densities of grains and pore water", "one way or the other");
            None
        }
        _ => {
            fields.refuse(
                "dry_share",
                "missing",
                "`dry_share = 1` where tonnes are dry, or densities of grains and pore water",
            );
            None
        }
    };
    let of = of?;
    let unit = &samples?.variables[of];
    Some(Tonnage {
        dry_density: if from_samples { None } else { Some(dry?.0) },
        dry_share: dry_share?,
        of,
        cut_off: in_unit(cut_off?, unit),
        cut_offs: cut_offs?.into_iter().map(|cut| in_unit(cut, unit)).collect(),
        mined: mined?,
        zone: match zone {
            Some(read) => Some(read?),
            None => None,
        },
    })
}

/// Reads `[[class]]`, best first: a block is of the first whose every demand it meets.
pub fn classes(fields: &mut Fields<'_>, kriges: bool) -> Option<Vec<Class>> {
    let mut classes = Vec::new();
    let mut whole = true;
    for mut inner in
        fields.may_tables("class", "classes of confidence, best first; a block is of the first whose demands it meets")
    {
        let name = inner.text("name", "measured, indicated, inferred, or a name of your own");
        let within: Option<Length> =
            inner.may("within", "farthest that the nearest sample may be; absent: no matter", 1e-3..=1e8);
        let count =
            |inner: &mut Fields<'_>, key, about| inner.may::<Number>(key, about, 1.0..=1000.0).map(|n| n.0 as usize);
        let holes = count(&mut inner, "holes", "fewest holes that speak; absent: no matter");
        let samples = count(&mut inner, "samples", "fewest samples that speak; absent: no matter");
        let share =
            |inner: &mut Fields<'_>, key, about, low| inner.may::<Fraction>(key, about, low..=2.0).map(|share| share.0);
        let variance = share(&mut inner, "variance", "greatest kriging variance over the sill; absent: no matter", 0.0);
        let efficiency = share(&mut inner, "efficiency", "least kriging efficiency; absent: no matter", -2.0);
        let slope = share(&mut inner, "slope", "least slope of truth on estimate; absent: no matter", -2.0);
        if !kriges && (variance.is_some() || efficiency.is_some() || slope.is_some()) {
            inner.refuse(
                "name",
                "asks for a variance, efficiency or slope, which only kriging gives",
                "distance, holes, samples",
            );
            whole = false;
        }
        inner.finish();
        match name {
            Some(name) => {
                let within_m = within.map(|within| within.0);
                classes.push(Class { name, within_m, holes, samples, variance, efficiency, slope });
            }
            None => whole = false,
        }
    }
    whole.then_some(classes)
}

/// What `[variogram]` and `[variogram_of]` say.
#[derive(Debug, Clone, Default)]
pub struct Variograms {
    /// The variogram that all share, where it is given.
    pub shared: Option<Model>,
    /// How it is fitted, where it is not.
    pub fit: Option<Fit>,
    /// Those of single variables, by position.
    pub own: Vec<(usize, Model)>,
}

/// Reads `[variogram]`, shared by all, given or fitted, and `[variogram_of.Nd]`, which goes before it for one.
pub fn variograms(
    fields: &mut Fields<'_>,
    library: &Library,
    samples: Option<&Samples>,
    experimental: Option<&Experimental>,
    kriges: bool,
) -> Option<Variograms> {
    let table = if kriges {
        fields.table("variogram", "nugget, structures and ranges shared by all that is assayed; or `fit`")
    } else {
        fields.may_table("variogram", "nugget, structures and ranges; only drawn where the method does not krige")
    };
    let mut found = Variograms::default();
    if kriges && table.is_none() {
        return None;
    }
    if let Some(mut inner) = table {
        if inner.has("fit") {
            found.fit = Some(Fit::read(&mut inner, samples, experimental)?);
        } else {
            found.shared = Some(Model::read(&mut inner, library)?);
        }
        inner.finish();
    }
    let mut own = Vec::new();
    let mut whole = true;
    if let Some(node) = fields.raw("variogram_of") {
        if !matches!(node.value, Value::Table(_)) {
            fields.refuse("variogram_of", "is no table", "[variogram_of.Nd]");
            return None;
        }
        for (name, node) in node.entries() {
            let path =
                if fields.path().is_empty() { name.clone() } else { format!("{}.variogram_of.{name}", fields.path()) };
            let mut inner = Fields::new(node, path, fields.check());
            let model = Model::read(&mut inner, library);
            inner.finish();
            let at = samples.and_then(|samples| samples.position(name));
            if let (Some(samples), None) = (samples, at) {
                let known = samples.variables.iter().map(|variable| variable.name.as_str());
                fields.refuse("variogram_of", format!("`{name}` is not assayed"), nearest(name, known));
            }
            match at.zip(model) {
                Some(found) => own.push(found),
                None => whole = false,
            }
        }
    }
    found.own = own;
    whole.then_some(found)
}
