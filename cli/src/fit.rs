//! `fit`: constants of an extractant from batch points.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use ytterby::library::Library;
use ytterby::separate::fit;
use ytterby::separate::fit::recipe::Recipe;

use crate::out::say;

pub fn fit(recipe: &Path, out: Option<PathBuf>, library: &Library) -> Result<ExitCode> {
    let recipe = Recipe::open(recipe, library)?;
    let fitted = fit::fit(&recipe)?;
    let folder = out.unwrap_or_else(|| Path::new("out").join(&recipe.name));
    fs::create_dir_all(&folder).with_context(|| format!("`{}` could not be made", folder.display()))?;
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("`{}` could not be written", path.display()))
    };
    for table in fitted.tables() {
        put(&format!("{}.csv", table.name), &table.to_csv())?;
    }
    put("recipe.toml", &fitted.recipe_toml(&recipe))?;
    put(&format!("{}.toml", recipe.name), &fitted.extractant_toml(&recipe))?;
    say(fitted.summary(&recipe).trim_end());
    say(format!("extractant  {}", folder.join(format!("{}.toml", recipe.name)).display()));
    say(format!("recipe      {}", folder.join("recipe.toml").display()));
    Ok(ExitCode::SUCCESS)
}
