//! What a plant is worth: the years of its account and what follows from them.

use crate::error::Error;
use crate::flowsheet::Plant;

use super::capital::Capital;
use super::finance::rate_of_return::{Return, payback, rate_of_return};
use super::finance::{FullYear, Project, Year, least_that_pays};
use super::ledger::{Category, Line};
use super::revenue::Sale;
use super::study::Study;
use super::value::fed_t_per_h;

/// Everything worked out, before it is told.
pub(super) struct Worth {
    pub capital: Capital,
    pub sales: Vec<Sale>,
    pub full: FullYear,
    pub years: Vec<Year>,
    /// kg of oxide sold in a full year.
    pub oxide: f64,
    pub npv: f64,
    pub irr: Return,
    /// Value and rate to the owners, where there is a loan.
    pub owners: Option<(f64, Return)>,
    pub levelised: Option<f64>,
    /// Factor on revenue at which the value is nought.
    pub break_even: Option<f64>,
    pub payback: Option<f64>,
    /// What a tonne of dry feed costs delivered to the first unit that is not lift, and what it may cost, USD/t.
    pub delivered: Option<(f64, Option<f64>)>,
}

impl Study {
    /// The project of a full year: its years of production, and what it holds while it works.
    pub(super) fn project(&self, full: &FullYear, capital: &Capital) -> Project {
        let stock = self.finance.working_capital * full.capital;
        let working = stock + capital.locked_oxide + capital.locked_solvent;
        Project {
            capital: full.capital,
            working,
            returned: if working > 0.0 { (stock + capital.locked_oxide) / working } else { 1.0 },
            years: self.finance.operations(full, |_| 1.0),
        }
    }

    fn years(&self, full: &FullYear, capital: &Capital) -> Vec<Year> {
        self.finance.years(&self.project(full, capital), self.money_year)
    }

    fn value(&self, full: &FullYear, capital: &Capital) -> f64 {
        self.finance.present(&self.years(full, capital), Year::net)
    }

    /// The factor on revenue at which the value after tax is nought; `None` without revenue.
    fn break_even(&self, full: &FullYear, capital: &Capital) -> Option<f64> {
        if full.revenue <= 0.0 {
            return None;
        }
        least_that_pays(|factor| self.value(&FullYear { revenue: factor * full.revenue, ..*full }, capital))
    }

    /// What a tonne of dry feed costs where it enters the plant proper, mined or lifted, and what it may cost for the value to
    /// be nought: USD/t; the latter below nought where even free feed does not pay.
    fn delivered(&self, full: &FullYear, capital: &Capital, lines: &[Line], tonnes: f64) -> Option<(f64, Option<f64>)> {
        if tonnes <= 0.0 {
            return None;
        }
        let of_feed = |line: &&Line| line.section == "lift" || line.category == Category::Feed;
        let sum = |varies: bool| -> f64 {
            lines.iter().filter(of_feed).filter(|line| line.varies == varies).filter_map(|line| line.usd).sum()
        };
        let (varying, fixed, lift) = (sum(true), sum(false), capital.of_section("lift"));
        let costs = (varying + fixed + self.finance.charge() * lift) / tonnes;
        let rest = FullYear {
            capital: full.capital - lift,
            varying: full.varying - varying,
            fixed: full.fixed - fixed,
            ..*full
        };
        let value = |usd: f64| self.value(&FullYear { varying: rest.varying + usd * tonnes, ..rest }, capital);
        let may = if value(0.0) >= 0.0 {
            least_that_pays(|usd| -value(usd))
        } else {
            least_that_pays(|usd| value(-usd)).map(|usd| -usd)
        };
        Some((costs, may))
    }

    /// Works the account out.
    pub(super) fn worth(
        &self,
        plant: &Plant,
        capital: Capital,
        sales: Vec<Sale>,
        lines: &[Line],
        hours: f64,
    ) -> Result<Worth, Error> {
        let sum = |varies: bool| lines.iter().filter(|line| line.varies == varies).filter_map(|line| line.usd).sum();
        let full = FullYear {
            capital: capital.total,
            revenue: sales.iter().map(|sale| sale.usd).sum(),
            varying: sum(true),
            fixed: sum(false),
        };
        let years = self.years(&full, &capital);
        let flows: Vec<f64> = years.iter().map(Year::net).collect();
        let oxide: f64 = sales.iter().filter(|sale| sale.price.is_some()).map(|sale| sale.oxide).sum();
        let finance = &self.finance;
        let sold = finance.present(&years, |year| year.production) * oxide;
        let owners = finance.debt.map(|_| {
            let flows: Vec<f64> = years.iter().map(Year::to_owners).collect();
            (finance.present_value(&flows), rate_of_return(&flows))
        });
        let npv = finance.present_value(&flows);
        if !npv.is_finite() {
            return Err(Error::Infeasible {
                unit: "economics".into(),
                what: "the value is beyond any number".into(),
                hint:
                    "look at `life`, `discount_rate` and [inflation]: a price that rises for so long outgrows every sum"
                        .into(),
            });
        }
        Ok(Worth {
            npv,
            irr: rate_of_return(&flows),
            owners,
            payback: payback(&flows),
            levelised: (sold > 0.0).then(|| finance.present(&years, Year::spent) / sold),
            break_even: self.break_even(&full, &capital),
            delivered: self.delivered(&full, &capital, lines, fed_t_per_h(plant) * hours),
            capital,
            sales,
            full,
            years,
            oxide,
        })
    }
}
