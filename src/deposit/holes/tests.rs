use super::composites::{Rest, Rule};
use super::*;

const COLLARS: &str = "hole,x [m],y [m],z [m],depth [m]\nA,0,0,100,10\nB,50,0,100,10\nC,0,50,100,10\n";
const SURVEYS: &str = "hole,depth [m],azimuth,dip\nB,0,90,60\nB,10,90,60\n";
const INTERVALS: &str = "hole,from [m],to [m],Nd [ppm],La2O3 [%],flag\nA,0,1,100,0.1,SYNTHETIC\nA,1,3,<10,0.2,\nB,0,2,50,,\nC,0,2,40,0.1,\n";
const READING: Reading = Reading { below: Below::Half, gaps: Gaps::Refuse, dips_down: true, also: Vec::new() };

fn read(collars: &str, surveys: &str, intervals: &str, reading: Reading) -> Result<Holes, String> {
    Holes::read(Some(("c.csv", collars)), Some(("s.csv", surveys)), ("i.csv", intervals), reading)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

#[test]
fn three_good_tables_are_holes() {
    let holes = read(COLLARS, SURVEYS, INTERVALS, READING).unwrap();
    assert_eq!(holes.variables.iter().map(|variable| variable.name.as_str()).collect::<Vec<_>>(), ["La", "Nd"]);
    assert_eq!((holes.holes.len(), holes.below, holes.gaps), (3, 1, 0));
    assert_eq!(holes.flags, ["SYNTHETIC"]);
    let lanthanum = 1000.0 / Element::La.oxide_factor().unwrap();
    assert!((holes.holes[0].intervals[0].grades[0].unwrap() - lanthanum).abs() < 1e-9);
    assert_eq!(holes.holes[0].intervals[1].grades[1], Some(5.0), "half of what the laboratory can tell");
    assert_eq!(holes.holes[1].intervals[0].grades[0], None, "not assayed is not nought");
    // B goes east at sixty degrees.
    assert!(distance(holes.holes[1].way.at(10.0), [55.0, 0.0, 100.0 - 75f64.sqrt()]) < 1e-9);
}

#[test]
fn composites_keep_the_content_and_follow_the_hole() {
    let holes = read(COLLARS, SURVEYS, INTERVALS, READING).unwrap();
    let samples = holes.composites(Rule {
        length_m: 1.5,
        top_m: 0.0,
        bottom_m: f64::INFINITY,
        least_cover: 0.5,
        rest: Rest::Leave,
        by_density: false,
    });
    let held: f64 = samples.iter().filter(|s| s.hole == 0).filter_map(|s| Some(s.grades[1]? * s.length_m)).sum();
    assert!((held - (100.0 + 2.0 * 5.0)).abs() < 1e-9, "{held}");
    let first = samples.iter().find(|sample| sample.hole == 1).unwrap();
    assert!(distance(first.place, [50.375, 0.0, 100.0 - 0.75 * 0.75f64.sqrt()]) < 1e-9);
    assert_eq!(first.grades[0], None);
    // The last half metre of B covers a third of its length.
    assert_eq!(samples.iter().filter(|sample| sample.hole == 1).count(), 1);
}

#[test]
fn at_sea_the_floor_is_below_nought() {
    let collars = "hole,x [km],y [km],water_depth [m]\nA,0,0,5600\nB,1,0,5700\nC,0,1,5650\n";
    let holes = read(collars, SURVEYS, INTERVALS, READING).unwrap();
    assert!(distance(holes.holes[0].way.at(2.0), [0.0, 0.0, -5602.0]) < 1e-9);
}

/// Cores in one table: the same holes as from two, and a core in two places is told.
#[test]
fn one_table_of_cores_is_holes() {
    let cores = "core,x [km],y [km],water_depth [m],from [m],to [m],Nd [ppm]\nA,0,0,5600,0,1,10\nA,0,0,5600,1,3,20\nB,1,0,5700,0,2,30\n";
    let collars = "hole,x [km],y [km],water_depth [m]\nA,0,0,5600\nB,1,0,5700\n";
    let alone = Holes::read(None, None, ("i.csv", cores), READING).unwrap();
    let both = Holes::read(Some(("c.csv", collars)), None, ("i.csv", cores), READING).unwrap();
    assert_eq!(alone, both);
    let tailed = cores.replace(" [km]", "_km").replace(" [m]", "_m").replace(" [ppm]", "_ppm");
    assert_eq!(alone, Holes::read(None, None, ("i.csv", &tailed), READING).unwrap());
    let level = Holes::read(None, None, ("i.csv", &cores.replace("water_depth", "depth_of_water")), READING).unwrap();
    assert!(distance(level.holes[1].way.at(0.5), [1000.0, 0.0, -0.5]) < 1e-9);
    let told = |cores: &str| {
        let problems = Holes::read(None, None, ("i.csv", cores), READING).unwrap_err();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let moved = told(&cores.replace("A,0,0,5600,1,3", "A,0,1,5600,1,3"));
    assert!(moved.contains("i.csv:3: `A`: the hole stands in two places (line 2)"), "{moved}");
    let twins = told(&cores.replace("B,1,0,5700", "B,0,0,5600"));
    assert!(twins.contains("i.csv:4: `B`: stands where hole `A` does"), "{twins}");
    let lost = told("core,from [m],to [m],Nd [ppm]\nA,0,1,10\n");
    assert!(lost.contains("`x`: the column is missing"), "{lost}");
}

#[test]
fn dips_may_count_upward() {
    let up = SURVEYS.replace(",60", ",-60");
    let holes = read(COLLARS, &up, INTERVALS, Reading { dips_down: false, ..READING }).unwrap();
    assert_eq!(holes, read(COLLARS, SURVEYS, INTERVALS, READING).unwrap());
}

#[test]
fn every_fault_of_all_three_is_told_with_its_line() {
    let collars =
        "hole,x [m],y [m],z [m],depth [m]\nA,0,0,100,2\nA,1,1,100,5\nB,0,0,100,9\n,5,5,100,9\nC,1,x,100,9\nD,1,2,,9\n";
    let surveys = "hole,depth [m],azimuth,dip\nA,0,0,60\nA,0,0,61\nA,9,180,10\nE,0,400,60\n";
    let intervals = "hole,from [m],to [m],Nd [ppm],Nd2O3 [%],La\nA,0,1,-5,1,1\nA,0.5,1,3,1,1\nA,0.5,1,3,1,1\nA,2,1,3,1,1\nA,5,6,<x,2,1\nZ,0,1,2,99,1\n";
    let told = read(collars, surveys, intervals, READING).unwrap_err();
    for words in [
        "c.csv:3: `A`: the hole has a collar already (line 2)",
        "c.csv:4: `B`: stands where hole `A` does",
        "c.csv:5: `hole`: the hole has no name",
        "c.csv:6: `y`: `x` is not a number",
        "c.csv:7: `D`: has neither a height nor a depth of water",
        "s.csv:3: `A`: 0 m is surveyed twice (line 2)",
        "s.csv:5: `azimuth`: 400 is impossible",
        "i.csv:1: `La`: the column has no unit",
        "Nd stands twice",
        "i.csv:2: `Nd`: -5 is impossible",
        "i.csv:4: `A`: the interval from 0.5 to 1 m stands twice (line 3)",
        "i.csv:5: `A`: the length from 2 to 1 m is not a length",
        "i.csv:6: `Nd`: `<x` is not a bound",
        "i.csv:6: `A`: is assayed to 6 m but only 2 m deep",
        "i.csv:6: `A`: no assay from 1 to 5 m",
        "i.csv:7: `Z`: the hole has no collar that can be read",
    ] {
        assert!(told.contains(words), "{words}\n\n{told}");
    }
}

#[test]
fn a_hole_far_astray_is_told() {
    let rows: Vec<String> = (0..8).map(|at| format!("A{at},{},{},0\n", 10 * at, 20 * (at % 3))).collect();
    let collars = format!("hole,x [m],y [m],z [m]\n{}B,5,4000000,0\n", rows.concat());
    let told = read(&collars, "hole,depth [m],azimuth,dip\n", "hole,from [m],to [m],Nd [ppm]\n", READING).unwrap_err();
    assert!(told.contains("c.csv:10: `B`: lies ") && told.contains("exchanged"), "{told}");
}

#[test]
fn tables_of_nonsense_are_faults_and_no_panic() {
    for text in
        ["", "\n\n", "hole\n", "x,y\n1\n2,3,4\n", "hole,x [m],y [m],z [m]\nA,NaN,inf,1e400\n", "\u{feff}hole;x;y\n"]
    {
        assert!(read(text, text, text, READING).is_err());
    }
}
