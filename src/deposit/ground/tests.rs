use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::deposit::kriging::drift::Drift;
use crate::deposit::kriging::{Kriging, Weights};
use crate::deposit::study::{Resource, Study};
use crate::document::Node;
use crate::fields::Check;
use crate::library::Library;

/// Walker Lake in blocks of ten metres, as the validation of the kriged field has it.
pub const WALKER: &str = r#"
cross_validation = "sample"
change_of_support = ["affine", "indirect-lognormal", "discrete-gaussian"]
[samples]
file = "isaaks1989_walker_lake"
grades = ["v"]
below = "half"
[decluster]
cell = ["10 m", "10 m", "1 m"]
factors = [0.5, 1, 2, 3]
choose = "least-mean"
of = "v"
[lattice]
corner = ["0 m", "0 m", "-0.5 m"]
block = ["10 m", "10 m", "1 m"]
count = [26, 30, 1]
[variogram]
kind = "spherical"
nugget = "25 %"
range = "40 m"
[search]
least = 1
most = 32
[estimate]
method = "ordinary-kriging"
discretisation = [4, 4, 1]
mode = "space"
heights = "surveyed"
negatives = "keep"
[tonnage]
dry_density = "2 t/m3"
dry_share = 1
of = "v"
cut_off = 300
cut_offs = [100, 500]
mined = "whole"
[[class]]
name = "measured"
within = "5 m"
slope = 0.9
[[class]]
name = "indicated"
within = "20 m"
"#;

pub fn study(text: &str, folder: &Path) -> Result<Study, Vec<String>> {
    let node = Node::parse("m.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(&node, "", &check);
    let study = Study::read(&mut fields, &Library::builtin(), folder);
    fields.finish();
    let (problems, _) = check.finish();
    match study {
        Some(study) if problems.is_empty() => Ok(study),
        _ => Err(problems.iter().map(ToString::to_string).collect()),
    }
}

pub fn run(text: &str) -> Resource {
    study(text, Path::new("/nowhere")).unwrap_or_else(|told| panic!("{told:#?}")).run().unwrap()
}

pub fn reading(resource: &Resource, name: &str) -> f64 {
    let found = resource.readings.iter().find(|reading| reading.name == name);
    found.unwrap_or_else(|| panic!("{name}: {:#?}", resource.readings)).value
}

fn numbers(resource: &Resource, table: &str, column: &str) -> Vec<Option<f64>> {
    let found = resource.tables.iter().find(|known| known.name == table).unwrap_or_else(|| panic!("{table}"));
    assert!(found.position(column).is_some(), "{table} has no {column}");
    found.numbers(column)
}

/// Second route: the mean of the blocks kriged one by one, as lists of points.
#[test]
fn walker_lake_has_the_mean_of_a_plain_loop() {
    let resource = run(WALKER);
    let column = |name: &str| -> Vec<f64> { numbers(&resource, "samples", name).into_iter().flatten().collect() };
    let (x, y, values) = (column("x"), column("y"), column("v"));
    let points = x.iter().zip(&y).map(|(x, y)| [*x, *y, 0.0]).collect();
    let shape = std::sync::Arc::new(crate::deposit::variogram::spherical::Spherical { range_m: 40.0 });
    let model = Model::named("spherical", shape, 0.25, 1.0).unwrap();
    let search = Search { most: 32, ..Search::ALL };
    let kriging = Kriging::new(points, &[], model, Drift::Constant, Some(search)).unwrap();
    let mut weights = Weights::default();
    let mut sum = 0.0;
    for block in 0..780 {
        let middle = [f64::from(block % 26) * 10.0 + 5.0, f64::from(block / 26) * 10.0 + 5.0, 0.0];
        let support = crate::deposit::lattice::support(middle, 10.0, 4);
        assert!(kriging.weigh(&support, kriging.own_covariance(&support), &mut weights).unwrap());
        sum += weights.estimate(&values);
    }
    assert!((reading(&resource, "v, all that is estimated") / (sum / 780.0) - 1.0).abs() < 1e-12);
}

/// Classes together are the whole, at every cut-off; a higher cut-off never adds.
#[test]
fn classes_add_up() {
    let resource = run(WALKER);
    let dry = numbers(&resource, "resource", "dry");
    assert_eq!(dry.len() % 4, 0);
    let rows = dry.len() / 4;
    for cut in 0..4 {
        let of_class = |class: usize| dry[4 * class + cut].unwrap();
        let parts: f64 = (0..rows - 1).map(of_class).sum();
        assert!((parts - of_class(rows - 1)).abs() < 1e-12 && of_class(0) > 0.0 && of_class(1) > 0.0);
    }
    // The cut-off that counts (300) comes first, then none, 100, 500.
    assert!(dry.chunks(4).all(|class| class[1] >= class[2] && class[2] >= class[0] && class[0] >= class[3]));
    let tonnes = numbers(&resource, "grade_tonnage", "tonnage");
    assert!(tonnes.windows(2).all(|pair| pair[1] <= pair[0]));
}

/// The files hold what the tables say: as many rows as blocks, their tonnes, and a cell of VTK for each.
#[test]
fn files_hold_the_blocks() {
    let resource = run(WALKER);
    let file = |name: &str| &resource.files.iter().find(|(known, _)| known == name).unwrap().1;
    let csv = file("blocks.csv");
    assert_eq!(csv.lines().count(), 1 + 26 * 30);
    let at = csv.lines().next().unwrap().split(',').position(|heading| heading == "dry [t]").unwrap();
    let tonnes: f64 = csv.lines().skip(1).map(|row| row.split(',').nth(at).unwrap().parse::<f64>().unwrap()).sum();
    assert!((tonnes / 1e6 - reading(&resource, "dry, all that is estimated")).abs() < 1e-9);
    let vti = file("blocks.vti");
    assert!(vti.contains("WholeExtent=\"0 26 0 30 0 1\"") && vti.contains("Origin=\"0 0 -0.5\" Spacing=\"10 10 1\""));
    let array = vti.split("Name=\"v\" format=\"ascii\">").nth(1).unwrap().split('<').next().unwrap();
    let values: Vec<f64> = array.split_whitespace().map(|word| word.parse().unwrap()).collect();
    assert_eq!(values.len(), 26 * 30);
    assert!((values.iter().sum::<f64>() / 780.0 - reading(&resource, "v, all that is estimated")).abs() < 1e-6);
}

#[test]
fn every_method_answers_and_keeps_the_bounds() {
    for (method, bounded) in [
        ("method = \"nearest\"", true),
        ("method = \"inverse-distance\"\npower = 2", true),
        ("method = \"simple-kriging\"", false),
        ("method = \"universal-kriging\"\ndrift = \"linear\"", false),
    ] {
        let text = WALKER.replace("method = \"ordinary-kriging\"", method).replace("slope = 0.9\n", "");
        let resource = run(&text);
        let mean = reading(&resource, "v, all that is estimated");
        // The truth is 278; inverse distance knows nothing of clustering.
        assert!((250.0..350.0).contains(&mean), "{method}: {mean}");
        let grades: Vec<f64> = numbers(&resource, "map_plan", "grade").into_iter().flatten().collect();
        assert_eq!(grades.len(), 780, "{method}");
        assert!(!bounded || grades.iter().all(|grade| (0.0..=1528.1).contains(grade)), "{method}");
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let text = WALKER
        .replace("count = [26, 30, 1]", "count = [26, 30]")
        .replace("\"spherical\"", "\"sphericl\"")
        .replace("most = 32", "most = 0")
        .replace("of = \"v\"", "of = \"w\"")
        .replace("mode = \"space\"", "mode = \"spce\"")
        .replace("slope = 0.9", "slop = 0.9");
    let told = study(&text, Path::new("/nowhere")).unwrap_err().join("\n");
    for words in ["three whole numbers", "`spherical`?", "search.most", "`w` is not assayed", "`space`?", "`slope`?"] {
        assert!(told.contains(words), "{words}\n\n{told}");
    }
}

/// Tables of someone else's: their headings, an inclined hole, grades below detection, an area and a surface.
fn folder_of_holes(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("ytterby_{name}_{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (mut collars, mut assays) = (String::from("BHID,EAST,NORTH,RL\n"), String::from("BHID,FROM,TO,Nd_pct,Dy\n"));
    for hole in 0..16u32 {
        let (x, y) = (f64::from(hole % 4) * 50.0 + 25.0, f64::from(hole / 4) * 50.0 + 25.0);
        let _ = writeln!(collars, "H{hole},{x},{y},100");
        for down in 0..10u32 {
            let nd = 0.1 + 0.01 * f64::from((hole * 7 + down * 3) % 11) + 0.0005 * x;
            let dy = if down == 9 { "<5".to_owned() } else { format!("{}", 20 + (hole + down) % 9) };
            let _ = writeln!(assays, "H{hole},{},{},{nd:.4},{dy}", 2 * down, 2 * down + 2);
        }
    }
    std::fs::write(folder.join("c.csv"), collars).unwrap();
    std::fs::write(folder.join("a.csv"), assays).unwrap();
    std::fs::write(folder.join("area.csv"), "x [m],y [m]\n0,0\n100,0\n100,200\n0,200\n").unwrap();
    folder
}

const HOLES: &str = r#"
cross_validation = "hole"
[holes]
collars = "c.csv"
intervals = "a.csv"
below = "half"
gaps = "refuse"
dips = "down"
headings = { BHID = "hole", EAST = "x [m]", NORTH = "y [m]", RL = "z [m]", FROM = "from [m]", TO = "to [m]", "Nd_pct" = "Nd [%]", Dy = "Dy [ppm]" }
[composite]
length = "2 m"
least_cover = "50 %"
rest = "leave"
weigh = "length"
[top_cut]
Dy = "25 ppm"
[domain]
outline = "area.csv"
bottom = "90 m"
[lattice]
corner = ["0 m", "0 m", "80 m"]
block = ["25 m", "25 m", "4 m"]
count = [8, 8, 5]
[experimental]
estimator = "matheron"
of = ["Nd"]
lag = "25 m"
lags = 6
all_ways = true
down_hole = "2 m"
cross = ["Nd/Dy"]
[variogram]
fit = ["spherical"]
of = "Nd"
nugget = true
weights = "pairs"
ranges = "level-and-upright"
shortest = "1 m"
longest = "500 m"
[search]
least = 1
most = 16
[estimate]
method = "ordinary-kriging"
discretisation = [2, 2, 2]
mode = "space"
heights = "surveyed"
negatives = "nought"
[tonnage]
dry_density = "2.5 t/m3"
dry_share = 1
of = "Nd"
cut_off = "0.1 %"
mined = "whole"
"#;

#[test]
fn holes_of_anyones_are_read_cut_fitted_and_counted_inside_their_area() {
    let folder = folder_of_holes("holes");
    let resource = study(HOLES, &folder).unwrap_or_else(|told| panic!("{told:#?}")).run().unwrap();
    // 100 by 200 m in plan; of 20 m of height the blocks from 88 to 92 are half in, those below are out.
    assert!((reading(&resource, "dry, all that is estimated") - 100.0 * 200.0 * 10.0 * 2.5e-6).abs() < 1e-9);
    let mean = reading(&resource, "Nd, all that is estimated");
    assert!((1400.0..2200.0).contains(&mean), "{mean}");
    let above: Vec<f64> = numbers(&resource, "top_cuts", "samples above").into_iter().flatten().collect();
    assert!(above[0] > 0.0, "some dysprosium is cut");
    assert!(numbers(&resource, "samples", "Dy").into_iter().flatten().all(|grade| grade <= 25.0));
    let shares = numbers(&resource, "variogram_model", "share");
    assert!((shares.into_iter().flatten().sum::<f64>() - 100.0).abs() < 1e-9);
    assert!(resource.tables.iter().any(|table| table.name == "variogram_of_Nd_and_Dy"));
    assert!(resource.caveats.iter().any(|caveat| caveat.text.contains("16 grades are below detection")));
    assert_eq!((resource.mined_grade, resource.pattern), (None, None));
    // A heading that no table has, an area with two corners, a cut of what is not assayed: all at once.
    std::fs::write(folder.join("area.csv"), "x [m],y [m]\n0,0\n100,0\n").unwrap();
    let wrong = HOLES.replace("EAST = ", "EASTING = ").replace("[top_cut]\nDy", "[top_cut]\nTb");
    let told = study(&wrong, &folder).unwrap_err().join("\n");
    for words in ["no table has a heading `EASTING`", "the outline has 2 corners"] {
        assert!(told.contains(words), "{words}\n\n{told}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Layer by layer, each layer is the same whether it is estimated alone or with the others, and knows nothing of them.
#[test]
fn a_layer_knows_nothing_of_the_others() {
    let folder = folder_of_holes("layers");
    let text = HOLES.replace("mode = \"space\"", "mode = \"layers\"").replace("bottom = \"90 m\"\n", "");
    let told = study(&text, &folder).unwrap_err().join("\n");
    assert!(told.contains("two samples of `H0` lie in the layer from 80 m"), "{told}");
    let text = text.replace("\"4 m\"]", "\"2 m\"]").replace("count = [8, 8, 5]", "count = [8, 8, 10]");
    let of = |text: &str| {
        let resource = study(text, &folder).unwrap_or_else(|told| panic!("{told:#?}")).run().unwrap();
        resource.files.into_iter().find(|(name, _)| name == "blocks.csv").unwrap().1
    };
    let all = of(&text);
    let top: Vec<&str> = all.lines().filter(|row| row.split(',').nth(2) == Some("99")).collect();
    let alone = of(&text.replace("\"80 m\"]", "\"98 m\"]").replace("count = [8, 8, 10]", "count = [8, 8, 1]"));
    assert!(!top.is_empty());
    assert_eq!(top, alone.lines().skip(1).collect::<Vec<_>>());
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Second route: what is left out sample by sample is what kriging anew from all the others says.
#[test]
fn cross_validation_is_that_of_the_plain_loop() {
    let resource = run(WALKER);
    let errors = numbers(&resource, "cross_validation", "error");
    let model = crate::deposit::variogram::Model::named(
        "spherical",
        std::sync::Arc::new(crate::deposit::variogram::spherical::Spherical { range_m: 40.0 }),
        0.25,
        1.0,
    );
    let points: Vec<[f64; 3]> = numbers(&resource, "samples", "x")
        .into_iter()
        .zip(numbers(&resource, "samples", "y"))
        .map(|(x, y)| [x.unwrap(), y.unwrap(), 0.0])
        .collect();
    let values: Vec<f64> = numbers(&resource, "samples", "v").into_iter().flatten().collect();
    let search = Search { most: 32, ..Search::ALL };
    let model = model.unwrap();
    let mut weights = Weights::default();
    for (at, (target, error)) in points.iter().zip(errors).enumerate() {
        let others: Vec<usize> = (0..points.len()).filter(|other| *other != at).collect();
        let places = others.iter().map(|other| points[*other]).collect();
        let kriging = Kriging::new(places, &[], model.clone(), Drift::Constant, Some(search)).unwrap();
        let support = [*target];
        assert!(kriging.weigh(&support, kriging.own_covariance(&support), &mut weights).unwrap());
        let grades: Vec<f64> = others.iter().map(|other| values[*other]).collect();
        let left = weights.estimate(&grades) - values[at];
        assert!((left - error.unwrap()).abs() < 1e-9 * (1.0 + values[at]), "{at}: {left} {error:?}");
    }
}

/// The same tables under `[deposit]` give the plant its ore: grade and split are the samples' own.
#[test]
fn what_is_mined_has_the_samples_own_split() {
    let text = include_str!("../../../scenarios/09_drill_holes/scenario.toml");
    let node = Node::parse("s.toml", text).unwrap();
    let check = Check::new();
    let mut fields = Fields::new(node.get("deposit").unwrap(), "deposit", &check);
    let resource = Study::read(&mut fields, &Library::builtin(), Path::new("/nowhere")).unwrap().run().unwrap();
    let shares = resource.pattern.unwrap();
    assert!((shares.rare_earth_total() - 1.0).abs() < 1e-12);
    // The fifteen are kriged with the same weights as their sum: parts and whole agree to rounding.
    let grades = numbers(&resource, "resource_by_element", "grade");
    let (parts, sum) = (grades[..15].iter().flatten().sum::<f64>(), grades[15].unwrap());
    assert!((parts / sum - 1.0).abs() < 1e-4, "{parts} {sum}: cutting dysprosium takes a little");
    assert!((resource.mined_grade.unwrap() * 1e6 / reading(&resource, "SREY, above the cut-off") - 1.0).abs() < 1e-12);
    assert!(resource.tables.iter().any(|table| table.name == "world_grades"));
    let skeleton = resource.tables.iter().find(|table| table.name == "table_1").unwrap();
    assert_eq!(skeleton.rows.len(), 36);
}

/// Simulated grounds agree with the estimate in the mean, spread round it, and are the same with the same seed.
#[test]
fn simulated_tonnes_spread_round_the_estimate() {
    let section = r#"
[simulate]
realisations = 30
seed = 7
method = "sequential"
discretisation = [2, 2, 1]
samples = 12
nodes = 12
reach = "60 m"
variogram = { kind = "spherical", nugget = "20 %", range = "40 m" }
least = 0
greatest = 1700
[[class]]
name = "measured""#;
    let text = WALKER.replacen("[[class]]\nname = \"measured\"", section.trim_start(), 1);
    let resource = run(&text);
    let part = |name: &str| reading(&resource, &format!("simulated {name}"));
    let [low, middle, high] = ["P90", "P50", "P10"].map(|p| part(&format!("tonnage above the cut-off, {p}")));
    assert!(low < middle && middle < high, "{low} {middle} {high}");
    // Above 300, true blocks hold near what the estimated ones do, which are somewhat smoother.
    let estimated = reading(&resource, "dry, above the cut-off");
    assert!((middle / estimated - 1.0).abs() < 0.25, "{middle} {estimated}");
    let mean = numbers(&resource, "simulated", "grade, P50")[0].unwrap();
    assert!((mean / reading(&resource, "v, all that is estimated") - 1.0).abs() < 0.1, "{mean}");
    assert_eq!(numbers(&run(&text), "simulated", "grade, P10"), numbers(&resource, "simulated", "grade, P10"));
    // Blocks weigh alike here: their chances add up to the mean tonnage above the cut-off.
    let chances: Vec<f64> = numbers(&resource, "map_plan_chance", "chance").into_iter().flatten().collect();
    let at = numbers(&resource, "simulated", "cut-off").iter().position(|cut| *cut == Some(300.0)).unwrap();
    let above = numbers(&resource, "simulated", "tonnage, mean")[at].unwrap();
    let all = reading(&resource, "dry, all that is estimated");
    let by_chance = all * chances.iter().sum::<f64>() / (100.0 * chances.len() as f64);
    assert!((by_chance / above - 1.0).abs() < 1e-9, "{by_chance} {above}");
    let parts = ["P90", "P50", "P10"].map(|part| numbers(&resource, "map_plan_chance", part));
    assert!((0..chances.len()).all(|at| parts[0][at] <= parts[1][at] && parts[1][at] <= parts[2][at]));
    // The histogram is that of the samples, declustered.
    let [samples, low, middle, high] =
        ["samples", "P90", "P50", "P10"].map(|part| numbers(&resource, "simulated_histogram_of_v", part));
    assert!(samples.len() > 20);
    for at in 0..samples.len() {
        assert!(low[at] <= middle[at] && middle[at] <= high[at]);
        assert!((samples[at].unwrap() - middle[at].unwrap()).abs() < 10.0, "{at}: {:?} {:?}", samples[at], middle[at]);
    }
    assert!(numbers(&resource, "simulated_variogram_of_v", "P50").len() >= 8);
    assert!(numbers(&resource, "checks", "found")[0].unwrap() < 1e-9);
    let told = study(&text.replace("greatest = 1700", "greatest = 900"), Path::new("/nowhere")).unwrap_err().join("\n");
    assert!(told.contains("the samples lie from 0 to 1528.1"), "{told}");
}

/// Shipped holes in coarse blocks: in every figure the parts are one sum, the tonnes are the estimate's, and what cannot be drawn is told.
#[test]
fn rare_earths_drawn_together_add_up() {
    let text = r#"
cross_validation = "none"
[holes]
collars = "drill_collars_SYNTHETIC"
surveys = "drill_surveys_SYNTHETIC"
intervals = "drill_assays_SYNTHETIC"
below = "half"
gaps = "leave"
dips = "down"
[composite]
length = "5 m"
least_cover = "50 %"
rest = "leave"
weigh = "length"
[lattice]
block = ["60 m", "60 m", "10 m"]
margin = ["0 m", "0 m", "0 m"]
[variogram]
kind = "spherical"
nugget = "10 %"
range = "90 m"
across = ["90 m", "14 m"]
azimuth = "90 deg"
dip = "6 deg"
[search]
reach = "150 m"
least = 4
most = 16
[estimate]
method = "ordinary-kriging"
discretisation = [2, 2, 1]
mode = "space"
heights = "surveyed"
negatives = "nought"
[tonnage]
dry_density = "2 t/m3"
dry_share = 1
of = "SREY"
cut_off = "5000 ppm"
cut_offs = []
mined = "whole"
[simulate]
realisations = 12
seed = 3
method = "sequential"
discretisation = [1, 1, 1]
samples = 8
nodes = 8
reach = "120 m"
variogram = { nugget = "10 %", kind = "spherical", range = "90 m", across = ["90 m", "14 m"], azimuth = "90 deg", dip = "6 deg" }
least = 0
greatest = "6 %"
[simulate.elements]
beyond = 0.5
"#;
    let resource = run(text);
    let of = |column: &str| -> Vec<f64> {
        numbers(&resource, "simulated_by_element", column).into_iter().map(|cell| cell.unwrap()).collect()
    };
    let [mean, low, middle, high, estimated] = ["mean", "P90", "P50", "P10", "estimated"].map(of);
    for rows in [0..17, 17..34] {
        let (dry, sum) = (rows.start, rows.start + 1);
        let parts: f64 = mean[rows.start + 2..rows.end].iter().sum();
        assert!((parts / mean[sum] - 1.0).abs() < 1e-9, "{parts} {}", mean[sum]);
        assert!(rows.clone().all(|at| low[at] <= middle[at] && middle[at] <= high[at]));
        assert!((mean[sum] / estimated[sum] - 1.0).abs() < 0.35, "{} {}", mean[sum], estimated[sum]);
        assert!(dry > 0 || (mean[dry] / estimated[dry] - 1.0).abs() < 1e-9);
    }
    assert!(low[18] < high[18]);
    assert!(resource.caveats.iter().any(|caveat| caveat.text.contains("one variogram is taken")));
    let walker = WALKER.replacen(
        "[[class]]",
        "[simulate]\nrealisations = 2\nseed = 1\nmethod = \"sequential\"\ndiscretisation = [1, 1, 1]\nsamples = 4\nnodes = 4\n\
         reach = \"60 m\"\nvariogram = { kind = \"spherical\", nugget = \"20 %\", range = \"40 m\" }\nleast = 0\ngreatest = 1700\n\
         [simulate.elements]\nbeyond = 0\n[[class]]",
        1,
    );
    let told = study(&walker, Path::new("/nowhere")).unwrap().run().unwrap_err().to_string();
    assert!(told.contains("not all of the fifteen rare earths are assayed"), "{told}");
    // No sample in which all were assayed: refused, with a grade for nought or without.
    for noughts in ["", "noughts = \"0.1 ppm\"\n"] {
        let asked = text.replace("[simulate.elements]\n", &format!("[simulate.elements]\n{noughts}"));
        let mut empty = study(&asked, Path::new("/nowhere")).unwrap();
        let crate::deposit::study::Route::Ground(ground) = &mut empty.route else { panic!("holes") };
        let (first, last) = (ground.samples.position("La").unwrap(), ground.samples.position("Y").unwrap());
        for (at, sample) in ground.samples.samples.iter_mut().enumerate() {
            sample.grades[if at % 2 == 0 { first } else { last }] = None;
        }
        let told = empty.run().unwrap_err().to_string();
        assert!(told.contains("0 samples"), "{told}");
    }
}

/// A table given on the command line: cores with their lengths stand for the intervals, collars for the collars; both are one ground.
#[test]
fn a_table_given_is_of_cores_or_of_collars() {
    let folder = std::env::temp_dir().join(format!("ytterby_given_{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (mut cores, mut collars, mut intervals) = (
        String::from("core,x_km,y_km,from_m,to_m,SREY_ppm\n"),
        String::from("hole,x [km],y [km],z [m]\n"),
        String::from("hole,from [m],to [m],SREY [ppm]\n"),
    );
    for (core, x, y) in [("P1", 1, 1), ("P2", 5, 1), ("P3", 3, 4), ("P4", 1, 5)] {
        let _ = writeln!(collars, "{core},{x},{y},-5600");
        for depth in 0..3 {
            let length = format!("{depth},{},{}", depth + 1, 500 + 100 * x + 50 * depth * y);
            let _ = writeln!(cores, "{core},{x},{y},{length}");
            let _ = writeln!(intervals, "{core},{length}");
        }
    }
    for (name, text) in [("cores.csv", &cores), ("collars.csv", &collars), ("intervals.csv", &intervals)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let model = r#"
cross_validation = "none"
[holes]
below = "half"
gaps = "refuse"
[composite]
length = "1 m"
least_cover = "50 %"
rest = "leave"
weigh = "length"
[lattice]
corner = ["0 m", "0 m", "-3 m"]
block = ["1 km", "1 km", "1 m"]
count = [6, 6, 3]
[search]
least = 1
most = 4
[estimate]
method = "inverse-distance"
power = 2
discretisation = [1, 1, 1]
mode = "layers"
heights = "below-collar"
negatives = "nought"
[tonnage]
dry_density = "555 kg/m3"
dry_share = "40 %"
of = "SREY"
cut_off = 0
mined = "whole"
"#;
    let given = |model: &str, table: &str| {
        let node = Node::parse("m.toml", model).unwrap();
        let check = Check::new();
        let mut fields = Fields::new(&node, "", &check);
        let path = folder.join(table);
        let library = Library::builtin();
        let shelf = Shelf { library: &library, folder: &folder, instead: Some(&path) };
        let study = Study::read_from(&mut fields, shelf);
        fields.finish();
        let (problems, _) = check.finish();
        study
            .filter(|_| problems.is_empty())
            .ok_or_else(|| problems.iter().map(ToString::to_string).collect::<String>())
    };
    let mean = |resource: &Resource| reading(resource, "SREY, all that is estimated");
    let alone = given(model, "cores.csv").unwrap().run().unwrap();
    let named = model.replace("[holes]", "[holes]\nintervals = \"intervals.csv\"");
    let apart = given(&named, "collars.csv").unwrap().run().unwrap();
    assert!((mean(&alone) / mean(&apart) - 1.0).abs() < 1e-12);
    let told = given(model, "collars.csv").unwrap_err();
    assert!(told.contains("the table given has no lengths"), "{told}");
    std::fs::remove_dir_all(&folder).unwrap();
}
