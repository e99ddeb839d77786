//! Variograms: how unlike two places are, by their distance.
//!
//! A shape says how much of the sill is reached at a distance; a [`Model`] nests structures, each a shape with
//! its own reaches and directions, over a nugget. Each shape is one file and one entry of [`KINDS`].

use std::fmt::Debug;
use std::sync::Arc;

use crate::deposit::anisotropy::{Ellipsoid, Stretch};
use crate::deposit::point::Point;
use crate::fields::{Fields, nearest};
use crate::library::Library;
use crate::quantity::{Fraction, Length};
use crate::unit::Kind;

mod decay;
pub mod direction;
pub mod estimators;
pub mod exponential;
pub mod fit;
mod sparing;
pub mod gaussian;
pub mod seen;
pub mod spherical;

/// The shape of a variogram.
pub trait Variogram: Debug + Send + Sync {
    /// The share of the sill reached at a distance: nought at nought, one far away.
    fn rise(&self, distance_m: f64) -> f64;
    /// The same of many, in place.
    fn rises(&self, distances_m: &mut [f64]) {
        for distance_m in distances_m {
            *distance_m = self.rise(*distance_m);
        }
    }
    /// The distance from which all of the sill is reached, m; `None` where it is only approached.
    fn ends_m(&self) -> Option<f64> {
        None
    }
    /// Its range, m.
    fn range_m(&self) -> f64;
}

/// The structures there are.
pub const KINDS: &[Kind<dyn Variogram>] = &[spherical::KIND, exponential::KIND, gaussian::KIND];

/// A shape from its range.
pub type Make = fn(f64) -> Arc<dyn Variogram>;

/// The shapes that one range makes, by name.
pub const SHAPES: &[(&str, Make)] = &[
    (spherical::KIND.name, |range_m| Arc::new(spherical::Spherical { range_m })),
    (exponential::KIND.name, |range_m| Arc::new(exponential::Exponential { range_m })),
    (gaussian::KIND.name, |range_m| Arc::new(gaussian::Gaussian { range_m })),
];

/// The field every structure has.
pub(crate) fn range(fields: &mut Fields<'_>) -> Option<f64> {
    let length: Length = fields.need(
        "range",
        "distance at which places are no longer alike (the practical range where the sill is only approached)",
        1e-3..=1e8,
    )?;
    Some(length.0)
}

/// One structure of a nested variogram.
#[derive(Debug, Clone)]
pub struct Structure {
    /// Name of its shape, for tables.
    pub kind: &'static str,
    /// Share of the sill that it brings.
    pub share: f64,
    /// The shape along its major axis.
    pub shape: Arc<dyn Variogram>,
    /// Its reaches and angles.
    pub ellipsoid: Ellipsoid,
    stretch: Stretch,
}

impl Structure {
    /// From its parts.
    pub fn new(kind: &'static str, share: f64, shape: Arc<dyn Variogram>, ellipsoid: Ellipsoid) -> Self {
        Self { kind, share, shape, ellipsoid, stretch: Stretch::of(&ellipsoid) }
    }

    /// Reads `kind`, the shape's fields and its anisotropy.
    fn read(fields: &mut Fields<'_>, library: &Library, share: f64) -> Option<Self> {
        let words: Vec<(&'static str, usize)> = KINDS.iter().enumerate().map(|(at, kind)| (kind.name, at)).collect();
        let at = fields.word("kind", "the structure of the variogram", &words);
        // Without a kind, any structure asks for the fields they share.
        let shape = (KINDS[at.unwrap_or(0)].read)(fields, library);
        let major = shape.as_ref().map_or(1.0, |shape| shape.range_m());
        let ellipsoid = Ellipsoid::read(fields, major);
        Some(Self::new(KINDS[at?].name, share, Arc::from(shape?), ellipsoid?))
    }

    /// Farther than this places have nothing in common, m as they are; `None` where there is no such distance.
    pub fn ends_m(&self) -> Option<f64> {
        let [major, semi, minor] = self.ellipsoid.reach_m;
        self.shape.ends_m().map(|ends_m| ends_m * (semi / major).max(minor / major).max(1.0))
    }

    /// The share of its part of the sill reached over a way.
    pub fn rise(&self, way: Point) -> f64 {
        self.shape.rise(self.stretch.length(way))
    }
}

/// Nugget, structures and sill.
#[derive(Debug, Clone)]
pub struct Model {
    /// Share of the sill that is there at once: measurement error and what lies below the sampling distance.
    pub nugget_share: f64,
    /// The whole sill, in the square of the grade's unit.
    pub sill: f64,
    /// The structures; with the nugget their shares are one.
    pub structures: Vec<Structure>,
}

impl Model {
    /// Reads `nugget` and either one structure's fields or a list of `structures`; the sill is one until
    /// [`Model::with_sill`].
    pub fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let nugget: Option<Fraction> = fields.need(
            "nugget",
            "share of the sill at no distance: error and what is finer than the sampling",
            0.0..=0.99,
        );
        if !fields.has("structures") {
            let structure = Structure::read(fields, library, 1.0 - nugget.map_or(0.0, |nugget| nugget.0));
            return Some(Self { nugget_share: nugget?.0, sill: 1.0, structures: vec![structure?] });
        }
        let mut structures = Vec::new();
        let mut shares = nugget?.0;
        for mut inner in fields.may_tables("structures", "the structures of a nested variogram, instead of one `kind`")
        {
            let share: Option<Fraction> = inner.need("share", "share of the sill that it brings", 1e-6..=1.0);
            let structure = Structure::read(&mut inner, library, share.map_or(0.0, |share| share.0));
            inner.finish();
            shares += share?.0;
            structures.push(structure?);
        }
        if (shares - 1.0).abs() > 1e-6 || structures.is_empty() {
            let told = format!("nugget and shares come to {} %", crate::table::nine_digits(100.0 * shares));
            fields.refuse("structures", told, "shares that with the nugget are 100 %");
            return None;
        }
        Some(Self { nugget_share: nugget?.0, sill: 1.0, structures })
    }

    /// A model of one structure, the same all ways; the nearest name where the kind is not known.
    pub fn named(kind: &str, shape: Arc<dyn Variogram>, nugget_share: f64, sill: f64) -> Result<Self, String> {
        let found = KINDS.iter().find(|known| known.name == kind);
        let kind = found.map(|known| known.name).ok_or_else(|| nearest(kind, KINDS.iter().map(|known| known.name)))?;
        let ellipsoid = Ellipsoid::sphere(shape.range_m());
        let structures = vec![Structure::new(kind, 1.0 - nugget_share, shape, ellipsoid)];
        Ok(Self { nugget_share, sill, structures })
    }

    /// Names of its structures, for tables.
    pub fn kind(&self) -> String {
        self.structures.iter().map(|structure| structure.kind).collect::<Vec<_>>().join(" + ")
    }

    /// The same shape with another sill.
    pub fn with_sill(&self, sill: f64) -> Self {
        Self { sill, ..self.clone() }
    }

    /// The distance along the major axes at which 95 % of what the structures bring is reached, m.
    pub fn reach_m(&self) -> f64 {
        let wanted = 0.95 * (1.0 - self.nugget_share);
        let (mut near, mut far) = (0.0, 1.0);
        while self.risen(far) < wanted && far < 1e12 {
            far *= 2.0;
        }
        for _ in 0..60 {
            let middle = 0.5 * (near + far);
            if self.risen(middle) < wanted { near = middle } else { far = middle }
        }
        far
    }

    /// Farther than this places have nothing in common, m; `None` where there is no such distance.
    pub fn ends_m(&self) -> Option<f64> {
        self.structures.iter().try_fold(0.0, |ends_m, structure| Some(structure.ends_m()?.max(ends_m)))
    }

    fn risen(&self, distance_m: f64) -> f64 {
        self.structures.iter().map(|structure| structure.share * structure.shape.rise(distance_m)).sum()
    }

    /// Half the mean squared difference at a distance along the major axes.
    pub fn gamma(&self, distance_m: f64) -> f64 {
        if distance_m <= 0.0 { 0.0 } else { self.sill * (self.nugget_share + self.risen(distance_m)) }
    }

    /// Half the mean squared difference over a way.
    pub fn gamma_over(&self, way: Point) -> f64 {
        if nowhere(way) { 0.0 } else { self.sill - self.covariance_apart(way) }
    }

    /// Covariance over a way; of a place with itself, the whole sill.
    pub fn covariance(&self, way: Point) -> f64 {
        if nowhere(way) { self.sill } else { self.covariance_apart(way) }
    }

    /// Covariance of two different places however near: without the nugget.
    pub fn covariance_apart(&self, way: Point) -> f64 {
        let alike: f64 = self.structures.iter().map(|structure| structure.share * (1.0 - structure.rise(way))).sum();
        self.sill * alike
    }
}

/// A way that leads nowhere.
fn nowhere(way: Point) -> bool {
    way.iter().all(|along| along.abs() <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Node;
    use crate::fields::Check;

    #[test]
    fn every_structure_rises_from_nought_to_one() {
        let node = Node::parse("v.toml", "range = \"100 m\"\n").unwrap();
        for kind in KINDS {
            let check = Check::new();
            let mut fields = Fields::new(&node, "v", &check);
            let structure = (kind.read)(&mut fields, &Library::builtin()).unwrap();
            assert!(structure.rise(0.0).abs() < 1e-15, "{}", kind.name);
            assert!((structure.rise(1e4) - 1.0).abs() < 1e-9, "{}", kind.name);
            assert!((0.94..=1.0).contains(&structure.rise(100.0)), "{}: at the range", kind.name);
            let steps: Vec<f64> = (0..200).map(|step| structure.rise(f64::from(step))).collect();
            assert!(steps.windows(2).all(|pair| pair[1] >= pair[0]), "{}", kind.name);
        }
    }

    #[test]
    fn the_nugget_stands_at_once() {
        let model = Model::named("spherical", Arc::new(spherical::Spherical { range_m: 10.0 }), 0.25, 8.0).unwrap();
        assert!(model.gamma(0.0).abs() < 1e-15);
        assert!((model.gamma(1e-12) - 2.0).abs() < 1e-9);
        assert!((model.gamma(50.0) - 8.0).abs() < 1e-12);
        assert!((model.covariance([0.0; 3]) - 8.0).abs() < 1e-12);
        assert!((model.structures[0].shape.rise(model.reach_m()) - 0.95).abs() < 1e-9);
        assert!((model.gamma_over([3.0, 0.0, 4.0]) - model.gamma(5.0)).abs() < 1e-12);
    }

    #[test]
    fn nested_structures_add_up_each_with_its_own_directions() {
        let read = |text: &str| {
            let node = Node::parse("v.toml", text).unwrap();
            let check = Check::new();
            let mut fields = Fields::new(&node, "v", &check);
            let model = Model::read(&mut fields, &Library::builtin());
            fields.finish();
            (model, check.finish().0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        let text = r#"
nugget = "10 %"
structures = [
  { kind = "spherical", share = "30 %", range = "30 m" },
  { kind = "exponential", share = "60 %", range = "100 m", across = ["50 m", "5 m"], azimuth = "90 deg" },
]
"#;
        let (model, problems) = read(text);
        let model = model.unwrap_or_else(|| panic!("{problems}"));
        assert_eq!(model.kind(), "spherical + exponential");
        let far = 1.0 - (-3.0f64).exp();
        for way in [[100.0, 0.0, 0.0], [0.0, 50.0, 0.0], [0.0, 0.0, 5.0]] {
            let short = if way[2] > 0.0 { 5.0 / 30.0 * (1.5 - 0.5 / 36.0) } else { 1.0 };
            assert!((model.gamma_over(way) - (0.1 + 0.3 * short + 0.6 * far)).abs() < 1e-12, "{way:?}");
        }
        assert!(read(&text.replace("30 %\"", "20 %\"")).1.contains("come to 90 %"));
        assert!(read(&text.replace(", \"5 m\"", "")).1.contains("semi-major and minor"));
    }
}
