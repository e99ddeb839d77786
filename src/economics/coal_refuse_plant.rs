//! The plant that makes rare earths from coal refuse, from its 44 machines to its value.
//!
//! # Equation
//! `B = Σ n C₀ (I/I₀)(S/S₀)^e`; `T = L B + P`; fixed cost
//! `= H (1 + β)(W + 0.30 W_o) + 0.03 T + 0.005 R`; overhead is 20 % of fixed, power, land,
//! reagents and waste; variable cost is reagents, waste, power, overhead and land. Value by
//! [`super::growing_annuity`] with capital `T + P` and operating cost fixed + variable + land.
//!
//! # Symbols
//! `B` bare equipment, `T` total plant, `P` other plant cost; `L` installation factor; `H` hours
//! a year; `W` wages an hour of all posts, `W_o` of operators, supervisors and maintenance; `β`
//! burden; `R` revenue.
//!
//! # Holds for
//! Repeating the published numbers, with what is wrong in them: `P` is counted twice in the
//! capital, the land twice in the cost, and yearly reagents for 8064 h are spread over 8766 h.
//! The switches `count_other_cost_twice` and `count_land_twice` take the first two away.
//!
//! # Source
//! `prommis2026`, test of the costing module; accounts `keim2019`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Money, MoneyRate, Number, OperatingTime};
use crate::unit::{Case, Kind, Reading};

use super::equipment_cost::{Correlation, Indices};
use super::growing_annuity::{Terms, readings};

#[derive(Debug)]
struct Plant {
    terms: Terms,
    bare: f64,
    lang: f64,
    other: f64,
    wages: f64,
    operator_wages: f64,
    burden: f64,
    hours: f64,
    reagents: f64,
    waste: f64,
    power: f64,
    land: f64,
    revenue: f64,
    other_twice: bool,
    land_twice: bool,
}

/// The coal-refuse plant.
pub const CASE: Kind<dyn Case> = Kind {
    name: "coal-refuse-plant",
    about: "Equipment accounts to net present value of the coal-refuse plant as PrOMMiS costs it",
    sources: &["prommis2026", "keim2019"],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Case>> {
    let terms = Terms::read(fields);
    let label = fields.text("index", "label of the plant cost index the result is in");
    let lang: Option<Fraction> = fields.need("installation", "installed over bare cost", 1.0..=10.0);
    let other: Option<Money> = fields.need("other_plant_cost", "other plant cost, money of the result", 0.0..=1e12);
    let burden: Option<Fraction> = fields.need("labour_burden", "on top of wages", 0.0..=2.0);
    let hours: Option<OperatingTime> = fields.need("hours", "hours counted in a year", 1.0..=8784.0);
    let reagents: Option<MoneyRate> = fields.need("reagents", "reagents, an hour", 0.0..=1e9);
    let waste: Option<MoneyRate> = fields.need("waste", "waste, an hour", 0.0..=1e9);
    let power: Option<MoneyRate> = fields.need("power", "power, an hour", 0.0..=1e9);
    let land: Option<Money> = fields.need("land", "land, a year", 0.0..=1e12);
    let revenue: Option<MoneyRate> = fields.need("revenue", "revenue, an hour", 0.0..=1e9);
    let other_twice = fields.flag("count_other_cost_twice", "as shipped: other plant cost enters the capital twice");
    let land_twice = fields.flag("count_land_twice", "as shipped: land enters the operating cost twice");
    let laws = Correlation::accounts(library).map_err(|error| fields.refuse("index", error.to_string(), "")).ok();
    let indices = Indices::read(library).map_err(|error| fields.refuse("index", error.to_string(), "")).ok();
    let index = label.as_deref().zip(indices.as_ref()).and_then(|(label, indices)| {
        let found = indices.of(label);
        if found.is_none() {
            fields.refuse("index", format!("there is no index `{label}`"), "a year of data/economics/cepci.csv");
        }
        found
    });
    let mut bare = 0.0;
    let mut complete = true;
    for mut machine in fields.may_tables("machine", "a machine: `account`, `count`, `size`") {
        let account = machine.text("account", "number of its account");
        let count = machine.count("count", "how many alike", 0..=1000);
        let size: Option<Number> = machine.need("size", "in the unit of the account", 0.0..=1e9);
        let law = laws.as_ref().and_then(|laws| laws.iter().find(|law| Some(&law.name) == account.as_ref()));
        if law.is_none() && account.is_some() {
            machine.refuse("account", "there is no such account", "a number of data/economics/keim2019_accounts.csv");
        }
        let cost = law
            .zip(count.zip(size))
            .zip(indices.as_ref().zip(index))
            .and_then(|((law, (count, size)), (indices, index))| law.cost(count, size.0, indices, index));
        machine.finish();
        match cost {
            Some(cost) => bare += cost.usd,
            None => complete = false,
        }
    }
    let (mut wages, mut operator_wages) = (0.0, 0.0);
    for mut post in fields.may_tables("post", "a post: `trade`, `rate`, `per_shift`, `operates`") {
        let _ = post.text("trade", "its trade");
        let rate: Option<MoneyRate> = post.need("rate", "wage an hour", 0.0..=1e4);
        let number: Option<Number> = post.need("per_shift", "how many a shift", 0.0..=1e5);
        let operates = post.flag("operates", "does the overhead on operating labour count it?");
        post.finish();
        match (rate, number, operates) {
            (Some(rate), Some(number), Some(operates)) => {
                wages += rate.0 * number.0;
                operator_wages += if operates { rate.0 * number.0 } else { 0.0 };
            }
            _ => complete = false,
        }
    }
    if !complete {
        return None;
    }
    Some(Box::new(Plant {
        terms: terms?,
        bare,
        lang: lang?.0,
        other: other?.0,
        wages,
        operator_wages,
        burden: burden?.0,
        hours: hours?.0,
        reagents: reagents?.0,
        waste: waste?.0,
        power: power?.0,
        land: land?.0,
        revenue: revenue?.0,
        other_twice: other_twice?,
        land_twice: land_twice?,
    }))
}

impl Case for Plant {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let total = self.lang * self.bare + self.other;
        let revenue = self.revenue * self.hours;
        let labour = self.hours * (1.0 + self.burden) * (self.wages + 0.30 * self.operator_wages);
        let fixed = labour + 0.03 * total + 0.005 * revenue;
        let [reagents, waste, power] = [self.reagents, self.waste, self.power].map(|rate| rate * self.hours);
        let overhead = 0.20 * (fixed + power + self.land + reagents + waste);
        let variable = reagents + waste + power + overhead + self.land;
        let capital = total + if self.other_twice { self.other } else { 0.0 };
        let opex = fixed + variable + if self.land_twice { self.land } else { 0.0 };
        let values = self.terms.values(capital, opex, revenue, 0.0);
        let mut all = vec![
            Reading::new("bare equipment", self.bare / 1e6, "MUSD"),
            Reading::new("total plant cost", total / 1e6, "MUSD"),
            Reading::new("fixed cost", fixed / 1e6, "MUSD/y"),
            Reading::new("variable cost", variable / 1e6, "MUSD/y"),
            Reading::new("revenue", revenue / 1e6, "MUSD/y"),
        ];
        all.extend(readings(&values, 1e6));
        Ok(all)
    }
}
