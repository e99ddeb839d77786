//! A small sign for each kind of unit, 26 px square, in the habit of process drawings.

use crate::report::draw::canvas::Canvas;

const LINE: &str = "class=\"icon\"";

/// Words in a kind's name, and the drawing it gets; the first that fits.
const SIGNS: &[(&[&str], &str)] = &[
    // Stages with counter-current arrows.
    (
        &["cascade", "mixer-settler", "extract", "solvent", "scrub"],
        "M2 8H8V18H2ZM10 8H16V18H10ZM18 8H24V18H18ZM3 4H22M19 1L22 4L19 7M23 22H4M7 19L4 22L7 25",
    ),
    // An upright pipe with an arrow.
    (&["riser", "lift", "pump"], "M10 25V6M16 25V6M13 20V3M9 7L13 2L17 7"),
    // A cone under a cylinder.
    (&["cyclone"], "M6 3H20V10L14 25H12L6 10ZM20 6H25M13 3V0"),
    // A ship.
    (&["ship", "transport", "shuttle", "truck", "haul"], "M2 15H24L20 22H6ZM8 15V8H16V15M11 8V4"),
    // A flat cone with a rake.
    (&["thicken", "dewater", "clarif", "settl"], "M2 6H24L14 20H12ZM13 2V16M7 10H19"),
    // A drum or plates with a cake.
    (&["filter", "wash", "centrifuge"], "M3 5H23V21H3ZM8 5V21M13 5V21M18 5V21"),
    // Cells in a row with froth.
    (&["flotation", "float"], "M2 8H24V22H2ZM9 8V22M17 8V22M4 6q2-3 4 0M11 6q2-3 4 0M19 6q2-3 4 0"),
    // A deck.
    (&["sieve", "screen"], "M3 8L23 14M3 11L23 17M5 4V9M10 5V11M15 7V12M14 18V24"),
    // Two drums.
    (
        &["mill", "grind", "crush"],
        "M4 7H22V19H4ZM2 10V16M24 10V16M8 16a2 2 0 1 0 .1 0M14 16a2 2 0 1 0 .1 0M11 12a2 2 0 1 0 .1 0",
    ),
    // A magnet.
    (&["magnet"], "M6 22V11a7 7 0 0 1 14 0V22H15V11a2 2 0 0 0-4 0V22ZM6 18H11M15 18H20"),
    // A column packed with resin.
    (
        &["exchange", "resin", "column", "adsor"],
        "M8 4q5-5 10 0V22q-5 5-10 0ZM8 9H18M8 17H18M10 12h1M14 12h1M12 15h1M16 14h0",
    ),
    // A tilted kiln with a flame.
    (
        &["calcin", "kiln", "roast", "bake", "crack", "furnace", "dry"],
        "M2 8L23 12V20L2 16ZM9 9V17M17 11V19M12 25q-3-2 0-5q3 3 0 5",
    ),
    // A tank in which crystals fall.
    (
        &["precip", "oxalate", "carbonate", "crystal"],
        "M5 3V23H21V3M5 8H21M9 13L11 15L9 17L7 15ZM16 12L18 14L16 16L14 14ZM12 18L14 20L12 22L10 20Z",
    ),
    // A drop and a scale.
    (&["neutral", "impurit", "ph-"], "M5 3V23H21V3M5 8H21M13 0V14M9 14H17M9 19h8"),
    // A column of rings.
    (&["evapor"], "M8 4H18V22H8ZM13 4V0M10 9q3-3 6 0M10 14q3-3 6 0M10 19q3-3 6 0"),
    // A heap.
    (&["heap", "in-situ", "pile"], "M1 23L9 8H17L25 23ZM9 5V1M13 5V1M17 5V1"),
    // An agitated tank.
    (&["leach", "tank", "reactor", "dissol", "digest", "repulp", "slurr"], "M5 4V23H21V4M5 9H21M13 0V17M8 17H18"),
    // Ways that part.
    (&["split", "bleed", "divid"], "M2 13H11L22 5M11 13L22 21M18 4H23V8M18 22H23V18"),
    // Ways that join.
    (&["mix", "blend", "join"], "M3 5L13 13M3 21L13 13H23M19 9L23 13L19 17"),
];

/// A vessel, for kinds without a sign of their own.
const VESSEL: &str = "M5 3H21V23H5ZM5 8H21";

/// The sign of a kind of unit.
pub fn icon(kind: &str) -> Canvas {
    let sign = SIGNS.iter().find(|(words, _)| words.iter().any(|word| kind.contains(word)));
    let mut canvas = Canvas::new(26.0, 26.0);
    canvas.path(sign.map_or(VESSEL, |(_, path)| path), &[], LINE);
    canvas
}
